-- In: nothing. Out: a row a problem. Moves of receipts whose journal does not take the receipt's amount
-- from its account and give it to the other, or that move a reversed receipt.
SELECT format('move %s of receipt %s: %s fen, taken %s, given %s%s', m.id, m.receipt_id, r.amount_fen,
              coalesce(p.taken, 0), coalesce(p.given, 0),
              CASE WHEN r.reversed_on IS NOT NULL THEN ', reversed' ELSE '' END) AS problem
FROM cash_v_receipt_move m
LEFT JOIN cash_v_receipt r ON r.id = m.receipt_id
LEFT JOIN LATERAL (
    SELECT sum(b.amount_fen) FILTER (WHERE b.service_account_id = r.service_account_id) AS taken,
           -sum(b.amount_fen) FILTER (WHERE b.service_account_id = m.service_account_id) AS given
    FROM books_v_posting b WHERE b.source_kind = 'receipt_move' AND b.source_id = m.id) p ON true
WHERE r.id IS NULL OR r.reversed_on IS NOT NULL
   OR (coalesce(p.taken, 0), coalesce(p.given, 0)) <> (r.amount_fen::numeric, r.amount_fen::numeric)
ORDER BY m.id LIMIT 100
