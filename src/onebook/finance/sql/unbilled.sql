-- In: month, units. Out: by org unit, and whether an exception keeps them back, the accounts with a
-- reading in force of the month (or a part of a main meter with one) and no standing bill of it; of
-- those kept back also the fen of their last standing bills before, which is what they may come to.
-- Cost: one pass over the units' readings of the month. Locks: none.
WITH kept_back AS MATERIALIZED (
    SELECT DISTINCT service_account_id FROM billing_v_exception
    WHERE bill_month = %(month)s AND (state = 'hold' OR (state = 'open' AND blocking))
), unbilled AS MATERIALIZED (
    SELECT r.service_account_id, r.org_unit_id
    FROM (SELECT service_account_id, org_unit_id FROM metering_v_reading
          WHERE bill_month = %(month)s AND org_unit_id = ANY(%(units)s::bigint[])
          UNION
          SELECT service_account_id, org_unit_id FROM billing_v_quantity
          WHERE bill_month = %(month)s AND org_unit_id = ANY(%(units)s::bigint[])) r
    WHERE NOT EXISTS (SELECT FROM billing_v_standing_bill b
                      WHERE b.service_account_id = r.service_account_id
                        AND b.bill_month = %(month)s)
)
SELECT u.org_unit_id, k.service_account_id IS NOT NULL AS kept_back, count(*) AS accounts,
       coalesce(sum(l.total_fen), 0)::bigint AS last_fen
FROM unbilled u
LEFT JOIN kept_back k ON k.service_account_id = u.service_account_id
LEFT JOIN LATERAL (SELECT b.total_fen FROM billing_v_standing_bill b
                   WHERE b.service_account_id = k.service_account_id AND b.bill_month < %(month)s
                   ORDER BY b.bill_month DESC, b.id DESC LIMIT 1) l ON true
GROUP BY 1, 2 ORDER BY 1, 2
