-- In: accounts, bill month. Out: a row a reading in force of theirs with the metering point at which
-- its meter was read (a meter that is taken down on the day of its reading is still read there).
-- Locks: none.
SELECT i.metering_point_id AS point_id, r.id AS reading_id, r.previous_on, r.read_on, r.usage_e4,
       r.status
FROM metering_v_reading r
CROSS JOIN LATERAL (SELECT n.metering_point_id FROM metering_installation n
                    WHERE n.meter_id = r.meter_id AND n.service_account_id = r.service_account_id
                    ORDER BY lower(n.during) < r.read_on OR lower(n.during) = r.previous_on DESC,
                             lower(n.during) DESC LIMIT 1) i
WHERE r.service_account_id = ANY(%(accounts)s::bigint[]) AND r.bill_month = %(month)s
ORDER BY i.metering_point_id, r.read_on, r.id
