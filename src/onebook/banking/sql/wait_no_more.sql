-- In: nothing. Out: lines with a match in force no longer stand in banking_waiting.
DELETE FROM banking_waiting w
WHERE EXISTS (SELECT FROM banking_v_match m WHERE m.line_id = w.line_id)
