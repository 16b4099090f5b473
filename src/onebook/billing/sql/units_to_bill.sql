-- In: month. Out: org units with a reading in force of an account that has no bill of the month.
SELECT DISTINCT r.org_unit_id
FROM metering_v_reading r
WHERE r.bill_month = %(month)s
  AND NOT EXISTS (SELECT FROM billing_bill b
                  WHERE b.service_account_id = r.service_account_id AND b.bill_month = %(month)s)
ORDER BY 1
