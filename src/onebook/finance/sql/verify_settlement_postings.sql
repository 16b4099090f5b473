-- In: nothing. Out: a row a problem. Settlements that differ from the receivable postings of their
-- journal and item.
SELECT format('item %s in journal %s: settled %s fen, posted %s', coalesce(s.open_item_id, p.open_item_id),
              coalesce(s.journal_id, p.journal_id), coalesce(s.fen, 0), coalesce(p.fen, 0)) AS problem
FROM (SELECT open_item_id, journal_id, sum(amount_fen) AS fen
      FROM receivable_v_settlement GROUP BY 1, 2) s
FULL JOIN (SELECT p.open_item_id, p.journal_id, -sum(p.amount_fen) AS fen
           FROM books_v_posting p LEFT JOIN receivable_v_open_item i
             ON i.id = p.open_item_id AND i.journal_id = p.journal_id
           WHERE p.control = 'receivable' AND i.id IS NULL GROUP BY 1, 2) p
  ON p.open_item_id = s.open_item_id AND p.journal_id = s.journal_id
WHERE coalesce(s.fen, 0) <> coalesce(p.fen, 0)
ORDER BY 1 LIMIT 100
