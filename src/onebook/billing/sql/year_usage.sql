-- In: org unit, January of the year and of the next. Out: what was billed and adjusted in the year's months,
-- a row a batch, adjustment and month, as arrays of accounts and kWh; what red bills and counter documents
-- take back is below zero. An account stays in its unit. Locks: none.
SELECT service_account_id, usage_e4 FROM billing_history
WHERE org_unit_id = %(org_unit)s AND bill_month >= %(january)s AND bill_month < %(next_january)s
