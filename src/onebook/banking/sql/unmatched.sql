-- In: nothing. Out: every line without a match in force, with its amount.
SELECT l.id, l.amount_fen FROM banking_line l
WHERE NOT EXISTS (SELECT FROM banking_v_match m WHERE m.line_id = l.id)
ORDER BY l.id
