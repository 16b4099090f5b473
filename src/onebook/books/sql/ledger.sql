-- In: account code, as_of, known_at or known_on, units (null: all), limit, offset. Out: the account's
-- movements, a row a journal, newest first, with the balance after each. Locks: none.
WITH moved AS (
    SELECT j.id AS journal_id, j.event, j.source_kind, j.source_id, j.effective_on, j.recorded_at,
           coalesce(sum(p.amount_fen) FILTER (WHERE p.amount_fen > 0), 0)::bigint AS debit_fen,
           coalesce(-sum(p.amount_fen) FILTER (WHERE p.amount_fen < 0), 0)::bigint AS credit_fen
    FROM books_posting p
    JOIN books_journal j ON j.id = p.journal_id
    JOIN books_account a ON a.id = p.account_id
    WHERE a.code = %(code)s AND j.effective_on <= %(as_of)s
      AND (%(known_at)s::timestamptz IS NULL OR j.recorded_at <= %(known_at)s)
      AND (%(known_on)s::date IS NULL OR j.recorded_on <= %(known_on)s)
      AND (%(units)s::bigint[] IS NULL OR p.org_unit_id = ANY(%(units)s))
    GROUP BY j.id
)
SELECT *, (sum(debit_fen - credit_fen) OVER (ORDER BY effective_on, journal_id))::bigint AS balance_fen
FROM moved
ORDER BY effective_on DESC, journal_id DESC
LIMIT %(limit)s OFFSET %(offset)s
