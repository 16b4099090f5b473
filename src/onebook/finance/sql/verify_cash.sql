-- In: nothing. Out: a row a problem. Units whose counter cash is below zero at the end of some day,
-- or on some day moved in the book by another sum than by its documents.
SELECT format('cash of unit %s on %s: documents moved %s fen, book %s fen, held %s fen', unit,
              effective_on, moved_fen, book_fen, held_fen) AS problem
FROM (SELECT unit, effective_on, coalesce(m.fen, 0) AS moved_fen, coalesce(b.fen, 0) AS book_fen,
             sum(coalesce(m.fen, 0)) OVER (PARTITION BY unit ORDER BY effective_on) AS held_fen
      FROM (SELECT org_unit_id AS unit, effective_on, sum(amount_fen) AS fen
            FROM cash_v_counter_movement GROUP BY 1, 2) m
      FULL JOIN (SELECT org_unit_id AS unit, effective_on, sum(amount_fen) AS fen
                 FROM books_v_posting WHERE control = 'cash' GROUP BY 1, 2) b
          USING (unit, effective_on)) d
WHERE moved_fen <> book_fen OR held_fen < 0
ORDER BY unit, effective_on LIMIT 100
