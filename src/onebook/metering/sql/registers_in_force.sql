-- In: org unit, bill month. Out: a row a further register of the readings in force, by account and
-- reading. Locks: none.
SELECT service_account_id, reading_id, register, usage_e4, status
FROM metering_v_register_reading
WHERE org_unit_id = %(org_unit)s AND bill_month = %(month)s
ORDER BY service_account_id, reading_id, register
