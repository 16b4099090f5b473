-- In: as_of, known_at or known_on. Out: journals of the book's bank account that no bank line stands
-- behind (企业已收/已付银行未收/未付), oldest first: neither an opening nor a match.
SELECT p.journal_id, p.event, p.effective_on AS booked_on, sum(p.amount_fen)::bigint AS amount_fen
FROM books_v_posting p
WHERE p.control = 'bank' AND p.source_kind NOT IN ('bank_opening', 'bank_match')
  AND p.effective_on <= %(as_of)s
  AND (%(known_at)s::timestamptz IS NULL OR p.recorded_at <= %(known_at)s)
  AND (%(known_on)s::date IS NULL OR p.recorded_on <= %(known_on)s)
GROUP BY p.journal_id, p.event, p.effective_on
HAVING sum(p.amount_fen) <> 0
ORDER BY p.effective_on, p.journal_id
