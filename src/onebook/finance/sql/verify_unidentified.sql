-- In: nothing. Out: a row a problem. Days and moments on which money not identified moved by another sum
-- than 224110 and 122110 in the book, or an item of it that is sent back beyond its amount.
SELECT format('%s, recorded %s: not identified %s fen, book %s fen', effective_on, recorded_at,
              coalesce(m.fen, 0), coalesce(b.fen, 0)) AS problem
FROM (SELECT o.effective_on, o.recorded_on, o.recorded_at, sum(o.amount_fen) AS fen
      FROM banking_v_booking o
      LEFT JOIN banking_v_booking u ON u.id = o.other_match_id
      WHERE o.kind = 'unidentified' OR o.kind = 'return' AND u.kind = 'unidentified'
      GROUP BY 1, 2, 3) m
FULL JOIN (SELECT effective_on, recorded_on, recorded_at, -sum(amount_fen) AS fen
           FROM books_v_posting WHERE account_code IN ('224110', '122110') GROUP BY 1, 2, 3) b
    USING (effective_on, recorded_on, recorded_at)
WHERE coalesce(m.fen, 0) <> coalesce(b.fen, 0)
UNION ALL
SELECT format('match %s of bank line %s: %s fen, %s of it left', u.id, u.line_id, u.amount_fen, o.fen)
FROM banking_v_booking u
JOIN (SELECT match_id, sum(amount_fen) AS fen
      FROM (SELECT coalesce(undoes_id, id) AS match_id, amount_fen FROM banking_v_booking
            UNION ALL
            SELECT other_match_id, amount_fen FROM banking_v_booking WHERE kind = 'return') a
      GROUP BY 1) o ON o.match_id = u.id
WHERE u.kind = 'unidentified' AND u.undoes_id IS NULL AND o.fen NOT IN (0, u.amount_fen)
LIMIT 100
