-- In: org unit, first month, month. Out: the unit's history from the first month up to before the month,
-- a row a batch or adjustment, with its month for each account. Locks: none.
SELECT service_account_id, usage_e4, state
FROM billing_history
WHERE org_unit_id = %(org_unit)s AND bill_month = %(month)s
