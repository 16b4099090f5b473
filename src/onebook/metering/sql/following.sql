-- In: meters, one bill month. Out: the reading in force of each meter's next month that has one; its
-- value before changes when the month's reading comes in or is corrected. Locks: none.
SELECT DISTINCT ON (r.meter_id) r.meter_id, r.bill_month, r.read_on, r.current_e4, r.how
FROM metering_v_reading r
WHERE r.meter_id = ANY(%(meters)s::bigint[]) AND r.bill_month > %(month)s
ORDER BY r.meter_id, r.bill_month
