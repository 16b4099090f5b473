-- In: units, month. Out: those with a reading in force of an account that has no standing bill of the
-- month, or with such an account that has no meter but a part of one; the first such reading of a unit
-- ends its search. Locks: none.
SELECT u.org_unit_id
FROM unnest(%(units)s::bigint[]) AS u (org_unit_id)
WHERE (SELECT true FROM metering_v_reading r
       WHERE r.bill_month = %(month)s AND r.org_unit_id = u.org_unit_id
         -- As in to_bill.
         AND (SELECT count(*) <= 2 * count(b.reverses_bill_id) FROM billing_bill b
              WHERE b.service_account_id = r.service_account_id
                AND (b.service_account_id, b.bill_month) >= (r.service_account_id, %(month)s)
                AND (b.service_account_id, b.bill_month) <= (r.service_account_id, %(month)s))
       LIMIT 1)
   OR EXISTS (SELECT FROM billing_v_quantity q
              WHERE q.bill_month = %(month)s AND q.org_unit_id = u.org_unit_id
                AND (SELECT count(*) <= 2 * count(b.reverses_bill_id) FROM billing_bill b
                     WHERE b.service_account_id = q.service_account_id
                       AND (b.service_account_id, b.bill_month) >= (q.service_account_id, %(month)s)
                       AND (b.service_account_id, b.bill_month)
                           <= (q.service_account_id, %(month)s)))
ORDER BY 1
