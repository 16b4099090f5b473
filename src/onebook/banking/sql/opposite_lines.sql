-- In: a line, days. Out: lines that it may pair with, the nearest first: of the opposite amount, of
-- another account where both wait (a transfer between own accounts), or earlier ones of its own
-- account that it may take back. Locks: none.
SELECT o.id, o.booked_on, o.amount_fen, o.counterparty_name, o.summary, o.remark, o.serial,
       o.bank_account_id, o.bank_account_id <> l.bank_account_id AS is_transfer
FROM banking_line l
JOIN banking_line o ON o.amount_fen = -l.amount_fen AND o.id <> l.id
 AND o.booked_on BETWEEN l.booked_on - %(days)s AND l.booked_on + %(days)s
WHERE l.id = %(line)s
  AND CASE WHEN o.bank_account_id <> l.bank_account_id
           THEN NOT EXISTS (SELECT FROM banking_v_match m WHERE m.line_id = o.id)
           ELSE o.booked_on <= l.booked_on AND NOT EXISTS (
               SELECT FROM banking_v_match m WHERE m.line_id = o.id
                 AND (m.kind = 'return' OR m.purpose = 'own_transfer' OR EXISTS (
                     SELECT FROM banking_v_match r
                     WHERE r.kind = 'return' AND r.other_match_id = m.id))) END
ORDER BY abs(o.booked_on - l.booked_on), o.id LIMIT 20
