-- In: a journal. Out: by account of its postings, the side on which the rules of its event have it (of
-- the event it reverses): 1 debit, -1 credit; where they do not say, whether it reverses. Locks: none.
SELECT p.account_id, books_side(coalesce(o.event, j.event), p.account_id, j.effective_on) AS side,
       j.reverses_id IS NOT NULL AS reverses
FROM books_journal j
LEFT JOIN books_journal o ON o.id = j.reverses_id
JOIN (SELECT DISTINCT journal_id, account_id FROM books_posting) p ON p.journal_id = j.id
WHERE j.id = %(journal)s
