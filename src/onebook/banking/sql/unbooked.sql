-- In: as_of, known_at or known_on. Out: what of the bank's lines by that day the book had not
-- booked by it (银行已收/已付企业未收/未付), oldest first.
SELECT l.id, l.booked_on, (l.amount_fen - coalesce(m.fen, 0))::bigint AS amount_fen, l.remark,
       l.summary, l.counterparty_name, l.serial
FROM banking_line l
LEFT JOIN LATERAL (
    SELECT sum(m.amount_fen) AS fen FROM banking_match m
    WHERE m.line_id = l.id AND m.effective_on <= %(as_of)s
      AND (%(known_at)s::timestamptz IS NULL OR m.recorded_at <= %(known_at)s)
      AND (%(known_on)s::date IS NULL OR m.recorded_on <= %(known_on)s)) m ON true
WHERE l.booked_on <= %(as_of)s
  AND (%(known_at)s::timestamptz IS NULL OR l.recorded_at <= %(known_at)s)
  AND (%(known_on)s::date IS NULL OR l.recorded_on <= %(known_on)s)
  AND l.amount_fen <> coalesce(m.fen, 0)
ORDER BY l.booked_on, l.id
