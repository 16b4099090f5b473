-- In: control name, as_of, known_at or known_on, units. Out: the control account's balance a unit.
SELECT p.org_unit_id, sum(p.amount_fen)::bigint AS balance_fen
FROM books_posting p
JOIN books_journal j ON j.id = p.journal_id
WHERE p.account_id = ANY(ARRAY(SELECT id FROM books_account WHERE control = %(control)s))
  AND j.effective_on <= %(as_of)s
  AND (%(known_at)s::timestamptz IS NULL OR j.recorded_at <= %(known_at)s)
  AND (%(known_on)s::date IS NULL OR j.recorded_on <= %(known_on)s)
  AND (%(units)s::bigint[] IS NULL OR p.org_unit_id = ANY(%(units)s))
GROUP BY p.org_unit_id
