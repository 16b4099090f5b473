-- In: account. Out: its readings in force of months without a standing bill: month, meter and the day
-- from which each counts. Locks: none.
SELECT r.bill_month, r.meter_id, r.previous_on
FROM metering_v_reading r
WHERE r.service_account_id = %(account)s
  AND NOT EXISTS (SELECT FROM billing_v_standing_bill b
                  WHERE b.service_account_id = r.service_account_id
                    AND b.bill_month = r.bill_month)
ORDER BY r.bill_month, r.meter_id
