-- In: meters, month. Out: day and value of their readings in force of the month. Locks: none.
SELECT meter_id, read_on, current_e4 FROM metering_v_reading
WHERE meter_id = ANY(%(meters)s::bigint[]) AND bill_month = %(month)s
ORDER BY meter_id
