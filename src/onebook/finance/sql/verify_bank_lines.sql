-- In: nothing. Out: a row a problem. What bank lines are booked as and its journal moves the bank's account
-- by another sum or on another day; lines booked beyond their amount or against their sign; receipts
-- by transfer that no line stands behind, or that stand although their line's booking is undone, or
-- are taken back although it stands and no line returned it.
SELECT format('booking %s of bank line %s: %s fen on %s, book %s', m.id, m.line_id, m.amount_fen,
              m.effective_on, coalesce(p.fen::text, 'nothing')) AS problem
FROM banking_v_booking m
LEFT JOIN (SELECT source_id, sum(amount_fen) AS fen, min(effective_on) AS first_on,
                  max(effective_on) AS last_on
           FROM books_v_posting WHERE control = 'bank' AND source_kind = 'bank_match'
           GROUP BY 1) p ON p.source_id = m.id
WHERE (m.amount_fen, m.effective_on, m.effective_on)
      IS DISTINCT FROM (p.fen::bigint, p.first_on, p.last_on)
UNION ALL
SELECT format('bank line %s: %s fen booked of %s', m.line_id, m.fen, l.amount_fen)
FROM (SELECT line_id, sum(amount_fen) AS fen FROM banking_v_booking GROUP BY 1) m
LEFT JOIN banking_v_line l ON l.id = m.line_id
WHERE l.id IS NULL OR abs(m.fen) > abs(l.amount_fen) OR sign(m.fen) * sign(l.amount_fen) < 0
UNION ALL
SELECT format('receipt %s by transfer: %s fen, its bank line %s', r.id, r.amount_fen,
              coalesce(m.fen::text, 'is missing'))
FROM cash_v_receipt r
LEFT JOIN (SELECT a.receipt_id, sum(a.amount_fen) AS fen FROM (
               SELECT receipt_id, amount_fen FROM banking_v_booking WHERE kind = 'receipt'
               UNION ALL
               SELECT o.receipt_id, m.amount_fen FROM banking_v_booking m
               JOIN banking_v_booking o ON o.id = m.other_match_id
               WHERE m.kind = 'return' AND o.kind = 'receipt') a
           GROUP BY 1) m ON m.receipt_id = r.id
WHERE r.channel = 'bank_transfer'
  AND m.fen IS DISTINCT FROM CASE WHEN r.reversed_on IS NULL THEN r.amount_fen ELSE 0 END
LIMIT 100
