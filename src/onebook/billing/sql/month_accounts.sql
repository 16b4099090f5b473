-- In: month. Out: how many accounts have a reading in force of the month, how many of them no standing
-- bill, and how many of those are kept back by an exception. Locks: none.
WITH unbilled AS MATERIALIZED (
    SELECT r.service_account_id,
           -- As in units_to_bill.
           (SELECT count(*) <= 2 * count(b.reverses_bill_id) FROM billing_bill b
            WHERE b.service_account_id = r.service_account_id
              AND (b.service_account_id, b.bill_month) >= (r.service_account_id, %(month)s)
              AND (b.service_account_id, b.bill_month) <= (r.service_account_id, %(month)s)
           ) AS is_unbilled
    FROM (SELECT DISTINCT service_account_id FROM metering_v_reading
          WHERE bill_month = %(month)s) r
), kept_back AS MATERIALIZED (
    SELECT DISTINCT service_account_id FROM billing_v_exception
    WHERE bill_month = %(month)s AND (state = 'hold' OR (state = 'open' AND blocking))
)
SELECT count(*) AS read, count(*) FILTER (WHERE u.is_unbilled) AS unbilled,
       count(*) FILTER (WHERE u.is_unbilled AND k.service_account_id IS NOT NULL) AS kept_back
FROM unbilled u LEFT JOIN kept_back k ON k.service_account_id = u.service_account_id
