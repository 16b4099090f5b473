-- In: rounds, their metering points (null: all). Out: a row a point of the rounds in its order: the
-- meter that hangs there, the month's reading in force with who recorded it (version 0: none), mean and
-- highest usage of a reading in the 12 months before, and what its reader said last where it could not
-- be read. Locks: none.
SELECT p.round_id, p.bill_month, p.planned_on, p.reader_id, p.org_unit_id, b.number AS book,
       p.metering_point_id, p.sequence, p.meter_id, m.number AS meter_number, p.service_account_id,
       coalesce(r.version, 0) AS version, r.current_e4, r.read_on, r.how, f.person_id AS read_by,
       u.mean_e4, u.highest_e4, e.how AS said_how, e.reason AS said_reason
FROM metering_v_round_point p
JOIN metering_book b ON b.id = p.book_id
JOIN metering_meter m ON m.id = p.meter_id
LEFT JOIN metering_v_reading r ON r.meter_id = p.meter_id AND r.bill_month = p.bill_month
LEFT JOIN metering_reading_file f ON f.id = r.file_id
LEFT JOIN LATERAL (
    SELECT (sum(h.usage_e4) / count(DISTINCT h.bill_month))::bigint AS mean_e4,
           max(h.usage_e4) AS highest_e4
    FROM metering_v_reading h
    WHERE h.service_account_id = p.service_account_id AND h.status <= 1
      AND h.bill_month >= p.bill_month - interval '12 months' AND h.bill_month < p.bill_month
      AND EXISTS (SELECT FROM metering_installation i
                  WHERE i.meter_id = h.meter_id AND i.service_account_id = h.service_account_id
                    AND i.metering_point_id = p.metering_point_id)) u ON true
LEFT JOIN LATERAL (
    SELECT n.how, n.reason FROM metering_field_entry n
    WHERE n.round_id = p.round_id AND n.metering_point_id = p.metering_point_id
      AND n.value_e4 IS NULL
    ORDER BY n.recorded_at DESC LIMIT 1) e ON r.id IS NULL
WHERE p.round_id = ANY(%(rounds)s::bigint[])
  AND (%(points)s::bigint[] IS NULL OR p.metering_point_id = ANY(%(points)s::bigint[]))
ORDER BY p.bill_month DESC, p.round_id, p.sequence, p.metering_point_id
