-- In: nothing. Out: a row a problem. Open items whose first receivable posting is missing or
-- differs from the principal.
SELECT format('item %s: principal %s fen, posting %s of journal %s has %s', i.id, i.principal_fen,
              coalesce(p.id::text, 'none'), i.journal_id, coalesce(p.amount_fen::text, 'nothing'))
       AS problem
FROM receivable_v_open_item i
LEFT JOIN books_v_posting p ON p.open_item_id = i.id AND p.journal_id = i.journal_id
 AND p.control = 'receivable'
WHERE p.id IS NULL OR p.amount_fen <> i.principal_fen
ORDER BY i.id LIMIT 100
