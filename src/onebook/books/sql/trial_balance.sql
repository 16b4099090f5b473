-- In: as_of, known_at or known_on, units (null: all). Out: debit, credit and balance an account.
SELECT a.code, a.name_zh, a.name_en, a.kind, a.control,
       coalesce(sum(p.amount_fen) FILTER (WHERE p.amount_fen > 0), 0)::bigint AS debit_fen,
       coalesce(-sum(p.amount_fen) FILTER (WHERE p.amount_fen < 0), 0)::bigint AS credit_fen,
       coalesce(sum(p.amount_fen), 0)::bigint AS balance_fen
FROM books_posting p
JOIN books_journal j ON j.id = p.journal_id
JOIN books_account a ON a.id = p.account_id
WHERE j.effective_on <= %(as_of)s
  AND (%(known_at)s::timestamptz IS NULL OR j.recorded_at <= %(known_at)s)
  AND (%(known_on)s::date IS NULL OR j.recorded_on <= %(known_on)s)
  AND (%(units)s::bigint[] IS NULL OR p.org_unit_id = ANY(%(units)s))
GROUP BY a.id
ORDER BY a.code
