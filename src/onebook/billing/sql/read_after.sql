-- In: org unit, month, account (null: all), day. Out: how many accounts without a standing bill of the
-- month have a reading in force of a later day, and the latest of those days. Locks: none.
SELECT count(DISTINCT r.service_account_id) AS accounts, max(r.read_on) AS latest
FROM metering_v_reading r
WHERE r.bill_month = %(month)s AND r.org_unit_id = %(org_unit)s AND r.read_on > %(issued_on)s
  AND (%(account)s::bigint IS NULL OR r.service_account_id = %(account)s)
  -- As in units_to_bill.
  AND (SELECT count(*) <= 2 * count(b.reverses_bill_id) FROM billing_bill b
       WHERE b.service_account_id = r.service_account_id
         AND (b.service_account_id, b.bill_month) >= (r.service_account_id, %(month)s)
         AND (b.service_account_id, b.bill_month) <= (r.service_account_id, %(month)s))
