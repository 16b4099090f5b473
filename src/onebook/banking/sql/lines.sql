-- In: bank account, first day, day after the last, state (null: all), line id, limit, offset. Out:
-- lines with their match or why they wait, newest first.
SELECT l.id, l.bank_account_id, l.booked_on, l.amount_fen, l.balance_fen, l.counterparty_name,
       l.counterparty_account, l.summary, l.remark, l.serial, l.row_number, f.name AS file_name,
       m.id AS match_id, m.transit_item_id, m.rule, w.reason, w.candidates
FROM banking_line l
JOIN banking_statement_file f ON f.id = l.file_id
LEFT JOIN banking_v_match m ON m.line_id = l.id
LEFT JOIN banking_waiting w ON w.line_id = l.id
WHERE (%(account)s::bigint IS NULL OR l.bank_account_id = %(account)s)
  AND (%(line)s::bigint IS NULL OR l.id = %(line)s)
  AND (%(since)s::date IS NULL OR l.booked_on >= %(since)s)
  AND (%(until)s::date IS NULL OR l.booked_on < %(until)s)
  AND (%(state)s::text IS NULL OR (%(state)s = 'matched') = (m.id IS NOT NULL))
ORDER BY l.booked_on DESC, l.id DESC
LIMIT %(limit)s OFFSET %(offset)s
