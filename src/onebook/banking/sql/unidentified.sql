-- In: as_of, known_at or known_on. Out: money at the bank that is not identified (待查款) at the end of
-- that day, oldest first: what was booked so less what was undone, identified or sent back by then.
SELECT u.id AS match_id, l.id AS line_id, l.bank_account_id, l.booked_on, l.counterparty_name,
       l.counterparty_account, l.summary, l.remark, l.serial, u.owner_id, u.org_unit_id, u.reason,
       o.open_fen::bigint AS amount_fen
FROM banking_match u
JOIN banking_line l ON l.id = u.line_id
CROSS JOIN LATERAL (
    SELECT sum(m.amount_fen) AS open_fen FROM banking_match m
    WHERE (m.id = u.id OR m.undoes_id = u.id OR m.kind = 'return' AND m.other_match_id = u.id)
      AND m.effective_on <= %(as_of)s
      AND (%(known_at)s::timestamptz IS NULL OR m.recorded_at <= %(known_at)s)
      AND (%(known_on)s::date IS NULL OR m.recorded_on <= %(known_on)s)) o
WHERE u.kind = 'unidentified' AND u.undoes_id IS NULL AND o.open_fen <> 0
ORDER BY l.booked_on, l.id
