-- In: month, units. Out: standing bills, and usage and amount of all, red ones taken off, a unit.
SELECT org_unit_id, count(*) - 2 * count(reverses_bill_id) AS bills, sum(usage_e4)::bigint AS usage_e4,
       sum(total_fen)::bigint AS total_fen
FROM billing_bill
WHERE bill_month = %(month)s AND (%(units)s::bigint[] IS NULL OR org_unit_id = ANY(%(units)s))
GROUP BY org_unit_id
