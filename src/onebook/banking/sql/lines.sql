-- In: bank account, first day, day after the last, state (matched, unidentified, waiting; null: all),
-- line id, limit, offset. Out: lines with what they are booked as or why they wait, newest first.
SELECT l.id, l.bank_account_id, l.booked_on, l.amount_fen, l.balance_fen, l.counterparty_name,
       l.counterparty_account, l.summary, l.remark, l.serial, l.row_number, f.name AS file_name,
       m.match_id, m.kinds, m.purposes, m.rule, w.reason, w.candidates
FROM banking_line l
JOIN banking_statement_file f ON f.id = l.file_id
LEFT JOIN LATERAL (
    SELECT min(m.id) AS match_id, array_agg(m.kind ORDER BY m.id) AS kinds,
           array_agg(m.purpose ORDER BY m.id) AS purposes, min(m.rule) AS rule,
           bool_or(m.kind = 'unidentified' AND NOT EXISTS (
               SELECT FROM banking_v_match r WHERE r.kind = 'return' AND r.other_match_id = m.id))
               AS unidentified
    FROM banking_v_match m WHERE m.line_id = l.id) m ON true
LEFT JOIN banking_waiting w ON w.line_id = l.id AND m.match_id IS NULL
WHERE (%(account)s::bigint IS NULL OR l.bank_account_id = %(account)s)
  AND (%(line)s::bigint IS NULL OR l.id = %(line)s)
  AND (%(since)s::date IS NULL OR l.booked_on >= %(since)s)
  AND (%(until)s::date IS NULL OR l.booked_on < %(until)s)
  AND CASE %(state)s::text WHEN 'matched' THEN m.match_id IS NOT NULL
           WHEN 'waiting' THEN m.match_id IS NULL AND l.amount_fen <> 0
           WHEN 'unidentified' THEN m.unidentified ELSE true END
ORDER BY l.booked_on DESC, l.id DESC
LIMIT %(limit)s OFFSET %(offset)s
