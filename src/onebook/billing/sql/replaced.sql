-- In: org unit, month. Out: accounts with a reversed bill of the month that nothing replaces, and that
-- bill. Cost: the red bills. Locks: none.
SELECT o.service_account_id, max(o.id) AS bill_id
FROM billing_bill r JOIN billing_bill o ON o.id = r.reverses_bill_id
WHERE r.reverses_bill_id IS NOT NULL
  AND r.bill_month = %(month)s AND r.org_unit_id = %(org_unit)s
  AND NOT EXISTS (SELECT FROM billing_bill n WHERE n.replaces_bill_id = o.id)
GROUP BY o.service_account_id
