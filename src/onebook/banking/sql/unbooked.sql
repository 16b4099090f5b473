-- In: as_of, known_at or known_on. Out: lines of the bank by that day that the book had not
-- credited by it (银行已收/已付企业未收/未付), oldest first.
SELECT l.id, l.booked_on, l.amount_fen, l.remark, l.summary, l.counterparty_name, l.serial
FROM banking_line l
WHERE l.booked_on <= %(as_of)s
  AND (%(known_at)s::timestamptz IS NULL OR l.recorded_at <= %(known_at)s)
  AND (%(known_on)s::date IS NULL OR l.recorded_on <= %(known_on)s)
  AND NOT EXISTS (
      SELECT FROM banking_match m
      WHERE m.line_id = l.id AND m.undoes_id IS NULL AND m.effective_on <= %(as_of)s
        AND (%(known_at)s::timestamptz IS NULL OR m.recorded_at <= %(known_at)s)
        AND (%(known_on)s::date IS NULL OR m.recorded_on <= %(known_on)s)
        AND NOT EXISTS (
            SELECT FROM banking_match u WHERE u.undoes_id = m.id AND u.effective_on <= %(as_of)s
              AND (%(known_at)s::timestamptz IS NULL OR u.recorded_at <= %(known_at)s)
              AND (%(known_on)s::date IS NULL OR u.recorded_on <= %(known_on)s)))
ORDER BY l.booked_on, l.id
