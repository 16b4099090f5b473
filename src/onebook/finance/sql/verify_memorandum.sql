-- In: nothing. Out: a row a problem. Journals in which memorandum accounts do not balance among
-- themselves.
SELECT format('journal %s: its memorandum postings add up to %s fen', p.journal_id,
              sum(p.amount_fen)) AS problem
FROM books_v_bare_posting p JOIN books_v_account a ON a.id = p.account_id
WHERE a.kind = 'memorandum'
GROUP BY p.journal_id HAVING sum(p.amount_fen) <> 0
ORDER BY p.journal_id LIMIT 100
