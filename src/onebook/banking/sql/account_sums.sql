-- In: as_of, known_at or known_on. Out: by account what it opened with in the book, its lines up to
-- that day with their sum, and the last day on which the bank printed a balance.
SELECT a.id AS account_id, a.bank, a.number, a.opening_on,
       CASE WHEN o.known THEN a.opening_fen ELSE 0 END AS opening_fen,
       coalesce(s.lines, 0) AS lines, coalesce(s.sum_fen, 0) AS sum_fen, s.printed_on
FROM banking_bank_account a
CROSS JOIN LATERAL (SELECT a.opening_on <= %(as_of)s AND EXISTS (
    SELECT FROM books_v_journal j WHERE j.source_kind = 'bank_opening' AND j.source_id = a.id
      AND (%(known_at)s::timestamptz IS NULL OR j.recorded_at <= %(known_at)s)
      AND (%(known_on)s::date IS NULL OR j.recorded_on <= %(known_on)s)) AS known) o
LEFT JOIN (
    SELECT l.bank_account_id, count(*) AS lines, sum(l.amount_fen)::bigint AS sum_fen,
           max(l.booked_on) FILTER (WHERE l.balance_fen IS NOT NULL) AS printed_on
    FROM banking_line l
    WHERE l.booked_on <= %(as_of)s
      AND (%(known_at)s::timestamptz IS NULL OR l.recorded_at <= %(known_at)s)
      AND (%(known_on)s::date IS NULL OR l.recorded_on <= %(known_on)s)
    GROUP BY 1) s ON s.bank_account_id = a.id
WHERE o.known OR s.lines > 0
ORDER BY a.number
