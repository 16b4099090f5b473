-- In: as_of, first day of its month and of its year, known_at or known_on, units (null: all). Out: by
-- account, the opening balance, turnover of the month and of the year up to the day, and the balance; a
-- sum stands on the side of its event's posting rules, in red (below zero) where it takes money back.
-- Locks: none.
WITH moved AS (
    SELECT p.account_id, j.effective_on, coalesce(o.event, j.event) AS event,
           j.reverses_id IS NOT NULL AS reverses,
           coalesce(sum(p.amount_fen) FILTER (WHERE p.amount_fen > 0), 0)::bigint AS plus_fen,
           coalesce(sum(p.amount_fen) FILTER (WHERE p.amount_fen < 0), 0)::bigint AS minus_fen
    FROM books_posting p
    JOIN books_journal j ON j.id = p.journal_id
    LEFT JOIN books_journal o ON o.id = j.reverses_id
    WHERE j.effective_on <= %(as_of)s
      AND (%(known_at)s::timestamptz IS NULL OR j.recorded_at <= %(known_at)s)
      AND (%(known_on)s::date IS NULL OR j.recorded_on <= %(known_on)s)
      AND (%(units)s::bigint[] IS NULL OR p.org_unit_id = ANY(%(units)s))
    GROUP BY 1, 2, 3, 4
), sided AS (
    SELECT account_id, effective_on, plus_fen + minus_fen AS fen,
           CASE books_side(event, account_id, effective_on)
               WHEN 1 THEN plus_fen + minus_fen WHEN -1 THEN 0
               ELSE CASE WHEN reverses THEN minus_fen ELSE plus_fen END END AS debit_fen
    FROM moved
), summed AS (
    SELECT account_id, coalesce(sum(fen) FILTER (WHERE effective_on < %(since)s), 0) AS opening,
           coalesce(sum(debit_fen) FILTER (WHERE effective_on >= %(since)s), 0) AS debit,
           coalesce(sum(debit_fen - fen) FILTER (WHERE effective_on >= %(since)s), 0) AS credit,
           coalesce(sum(debit_fen) FILTER (WHERE effective_on >= %(year)s), 0) AS year_debit,
           coalesce(sum(debit_fen - fen) FILTER (WHERE effective_on >= %(year)s), 0) AS year_credit,
           sum(fen) AS balance
    FROM sided GROUP BY 1
)
SELECT a.code, a.name_zh, a.name_en, a.kind, a.control,
       greatest(opening, 0)::bigint AS opening_debit_fen,
       greatest(-opening, 0)::bigint AS opening_credit_fen,
       debit::bigint AS debit_fen, credit::bigint AS credit_fen,
       year_debit::bigint AS year_debit_fen, year_credit::bigint AS year_credit_fen,
       greatest(balance, 0)::bigint AS closing_debit_fen,
       greatest(-balance, 0)::bigint AS closing_credit_fen, balance::bigint AS balance_fen
FROM summed s JOIN books_account a ON a.id = s.account_id
ORDER BY a.code
