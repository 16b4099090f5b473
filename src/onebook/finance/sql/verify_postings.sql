-- In: nothing. Out: a row a problem. Postings without a journal, an account or an org unit.
SELECT format('posting %s of journal %s: %s', p.id, p.journal_id,
              CASE WHEN j.id IS NULL THEN 'no such journal' ELSE 'no such account' END) AS problem
FROM books_v_bare_posting p
LEFT JOIN books_v_journal j ON j.id = p.journal_id
LEFT JOIN books_v_account a ON a.id = p.account_id
WHERE j.id IS NULL OR a.id IS NULL
ORDER BY p.id LIMIT 100
