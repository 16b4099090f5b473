-- In: first day, day after the last, known_at or known_on. Out: lines booked, of them matched and
-- waiting, as known then.
SELECT count(*) AS lines, count(*) FILTER (WHERE m.matched) AS matched,
       count(*) FILTER (WHERE NOT m.matched AND l.amount_fen <> 0) AS waiting
FROM banking_line l
CROSS JOIN LATERAL (SELECT EXISTS (
    SELECT FROM banking_match m
    WHERE m.line_id = l.id AND m.undoes_id IS NULL
      AND (%(known_at)s::timestamptz IS NULL OR m.recorded_at <= %(known_at)s)
      AND (%(known_on)s::date IS NULL OR m.recorded_on <= %(known_on)s)
      AND NOT EXISTS (
          SELECT FROM banking_match u WHERE u.undoes_id = m.id
            AND (%(known_at)s::timestamptz IS NULL OR u.recorded_at <= %(known_at)s)
            AND (%(known_on)s::date IS NULL OR u.recorded_on <= %(known_on)s))) AS matched) m
WHERE l.booked_on >= %(since)s AND l.booked_on < %(until)s
  AND (%(known_at)s::timestamptz IS NULL OR l.recorded_at <= %(known_at)s)
  AND (%(known_on)s::date IS NULL OR l.recorded_on <= %(known_on)s)
