-- In: units, month. Out: how many meters are added to the month's rounds: those of points that stand
-- in the book on the planned day, with the meter that hangs there then, and in no round of the month
-- yet. Locks: none.
INSERT INTO metering_round_point (round_id, metering_point_id, sequence, meter_id, service_account_id)
SELECT r.id, p.metering_point_id, p.sequence, i.meter_id, i.service_account_id
FROM metering_round r
JOIN metering_book_point p ON p.book_id = r.book_id AND p.during @> r.planned_on
JOIN LATERAL (SELECT n.meter_id, n.service_account_id FROM metering_installation n
              WHERE n.metering_point_id = p.metering_point_id AND n.during @> r.planned_on
              ORDER BY lower(n.during) DESC LIMIT 1) i ON true
WHERE r.bill_month = %(month)s AND r.org_unit_id = ANY(%(units)s::bigint[])
  AND NOT EXISTS (SELECT FROM metering_round_point x JOIN metering_round o ON o.id = x.round_id
                  WHERE o.bill_month = %(month)s AND x.metering_point_id = p.metering_point_id)
ON CONFLICT DO NOTHING
