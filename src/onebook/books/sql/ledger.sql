-- In: account code, as_of, known_at or known_on, units (null: all), limit, offset. Out: the account's
-- movements, a row a journal, newest first, with the balance after each; a journal stands on the side
-- of its event's posting rules, in red (below zero) where it takes money back. Locks: none.
WITH moved AS (
    SELECT j.id AS journal_id, j.event, j.source_kind, j.source_id, j.effective_on, j.recorded_at,
           j.reverses_id, p.account_id,
           coalesce(sum(p.amount_fen) FILTER (WHERE p.amount_fen > 0), 0)::bigint AS plus_fen,
           coalesce(sum(p.amount_fen) FILTER (WHERE p.amount_fen < 0), 0)::bigint AS minus_fen
    FROM books_posting p
    JOIN books_journal j ON j.id = p.journal_id
    JOIN books_account a ON a.id = p.account_id
    WHERE a.code = %(code)s AND j.effective_on <= %(as_of)s
      AND (%(known_at)s::timestamptz IS NULL OR j.recorded_at <= %(known_at)s)
      AND (%(known_on)s::date IS NULL OR j.recorded_on <= %(known_on)s)
      AND (%(units)s::bigint[] IS NULL OR p.org_unit_id = ANY(%(units)s))
    GROUP BY j.id, p.account_id
), shown AS (
    SELECT *, (sum(plus_fen + minus_fen) OVER (ORDER BY effective_on, journal_id))::bigint
               AS balance_fen
    FROM moved
    ORDER BY effective_on DESC, journal_id DESC
    LIMIT %(limit)s OFFSET %(offset)s
), sided AS (
    SELECT s.*, CASE books_side(coalesce(o.event, s.event), s.account_id, s.effective_on)
                    WHEN 1 THEN plus_fen + minus_fen WHEN -1 THEN 0
                    ELSE CASE WHEN s.reverses_id IS NULL THEN plus_fen ELSE minus_fen END
                END AS debit_fen
    FROM shown s LEFT JOIN books_journal o ON o.id = s.reverses_id
)
SELECT journal_id, event, source_kind, source_id, effective_on, recorded_at, debit_fen,
       debit_fen - plus_fen - minus_fen AS credit_fen, balance_fen
FROM sided ORDER BY effective_on DESC, journal_id DESC
