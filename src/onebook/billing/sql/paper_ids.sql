-- In: month, units (null: all). Out: the standing bills of the month, by org unit and account number.
-- Locks: none.
SELECT b.id FROM billing_v_standing_bill b
LEFT JOIN customer_v_service_account a ON a.id = b.service_account_id
WHERE b.bill_month = %(month)s
  AND (%(units)s::bigint[] IS NULL OR b.org_unit_id = ANY(%(units)s))
ORDER BY b.org_unit_id, a.number, b.id
