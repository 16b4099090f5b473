-- In: as_of. Out: postings up to that day summed by journal, account and org unit, in the order of
-- days and journals.
SELECT p.journal_id, p.effective_on, p.event, p.source_kind, p.source_id, p.account_code,
       a.name_en, sum(p.amount_fen)::bigint AS amount_fen
FROM books_v_posting p JOIN books_v_account a ON a.code = p.account_code
WHERE p.effective_on <= %(as_of)s
GROUP BY 1, 2, 3, 4, 5, 6, 7
ORDER BY p.effective_on, p.journal_id, p.account_code
