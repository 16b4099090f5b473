-- In: org unit, month. Out: the readings in force of the unit's month, as columns. Locks: none.
SELECT id, service_account_id, meter_id, usage_e4, previous_on, read_on, multiplier, status, version
FROM metering_v_reading WHERE bill_month = %(month)s AND org_unit_id = %(org_unit)s
