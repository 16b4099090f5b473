-- In: nothing. Out: a row a problem. Items whose movements differ from the book's on some day or at
-- some moment of recording: where none does, both agree at every date, as known at every moment.
SELECT format('item %s in unit %s on %s, recorded %s: marketing %s fen, book %s fen', item, unit,
              effective_on, recorded_at, coalesce(m.fen, 0), coalesce(b.fen, 0)) AS problem
FROM (SELECT item, unit, effective_on, recorded_on, recorded_at, sum(fen) AS fen FROM (
          SELECT id AS item, org_unit_id AS unit, effective_on, recorded_on, recorded_at,
                 principal_fen AS fen
          FROM receivable_v_open_item
          UNION ALL
          SELECT s.open_item_id, i.org_unit_id, s.effective_on, s.recorded_on, s.recorded_at,
                 -s.amount_fen
          FROM receivable_v_settlement s JOIN receivable_v_open_item i ON i.id = s.open_item_id) a
      GROUP BY 1, 2, 3, 4, 5) m
FULL JOIN (SELECT open_item_id AS item, org_unit_id AS unit, effective_on, recorded_on, recorded_at,
                  sum(amount_fen) AS fen
           FROM books_v_posting WHERE control = 'receivable' AND open_item_id IS NOT NULL
           GROUP BY 1, 2, 3, 4, 5) b
    USING (item, unit, effective_on, recorded_on, recorded_at)
WHERE coalesce(m.fen, 0) <> coalesce(b.fen, 0)
ORDER BY item, effective_on LIMIT 100
