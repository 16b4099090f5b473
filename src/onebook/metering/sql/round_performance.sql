-- In: month, units (null: all), known_at, known_on, days within which a reading is on time. Out: a row
-- a round of the month, by book: its meters; how many are read (an estimate is no reading), read on
-- time (its first version recorded within so many days of the planned one) and wrong (a later version
-- has another value); all as known then. Locks: none.
WITH version AS (
    SELECT r.meter_id, r.current_e4, r.recorded_on, r.version, coalesce(n.how, 0) AS how
    FROM metering_reading r LEFT JOIN metering_reading_note n ON n.reading_id = r.id
    WHERE r.bill_month = %(month)s
      AND (%(known_at)s::timestamptz IS NULL OR r.recorded_at <= %(known_at)s)
      AND (%(known_on)s::date IS NULL OR r.recorded_on <= %(known_on)s)
), read AS (
    SELECT meter_id, min(recorded_on) AS first_on, count(DISTINCT current_e4) > 1 AS is_wrong
    FROM version WHERE how <> 2 GROUP BY meter_id
)
SELECT b.number, b.name, o.org_unit_id, o.reader_id, o.planned_on, o.rotation_due_on,
       count(p.metering_point_id) AS points, count(v.meter_id) AS read,
       count(*) FILTER (WHERE abs(v.first_on - o.planned_on) < %(days)s) AS on_time,
       count(*) FILTER (WHERE v.is_wrong) AS wrong
FROM metering_v_round o
JOIN metering_v_book b ON b.id = o.book_id
LEFT JOIN metering_v_round_point p ON p.round_id = o.id
  AND (%(known_at)s::timestamptz IS NULL OR p.recorded_at <= %(known_at)s)
  AND (%(known_on)s::date IS NULL OR p.recorded_on <= %(known_on)s)
LEFT JOIN read v ON v.meter_id = p.meter_id
WHERE o.bill_month = %(month)s
  AND (%(units)s::bigint[] IS NULL OR o.org_unit_id = ANY(%(units)s::bigint[]))
  AND (%(known_at)s::timestamptz IS NULL OR o.recorded_at <= %(known_at)s)
  AND (%(known_on)s::date IS NULL OR o.recorded_on <= %(known_on)s)
GROUP BY b.number, b.name, o.id, o.org_unit_id, o.reader_id, o.planned_on, o.rotation_due_on
ORDER BY b.number
