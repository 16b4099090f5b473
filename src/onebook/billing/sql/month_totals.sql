-- In: month, units. Out: bills, usage and amount a unit.
SELECT org_unit_id, count(*) AS bills, sum(usage_e4)::bigint AS usage_e4,
       sum(total_fen)::bigint AS total_fen
FROM billing_bill
WHERE bill_month = %(month)s AND (%(units)s::bigint[] IS NULL OR org_unit_id = ANY(%(units)s))
GROUP BY org_unit_id
