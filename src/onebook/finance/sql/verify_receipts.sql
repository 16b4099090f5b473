-- In: nothing. Out: a row a problem. Receipts that are not settlements and prepayment to the fen.
SELECT format('receipt %s: %s fen, settled %s, prepaid %s', r.id, r.amount_fen, coalesce(s.fen, 0),
              coalesce(e.fen, 0)) AS problem
FROM cash_v_receipt r
LEFT JOIN (SELECT source_id, sum(amount_fen) AS fen FROM receivable_v_settlement
           WHERE source_kind = 1 AND reverses_id IS NULL GROUP BY 1) s ON s.source_id = r.id
LEFT JOIN (SELECT source_id, sum(amount_fen) AS fen FROM cash_v_prepayment_entry
           WHERE source_kind = 'receipt' GROUP BY 1) e ON e.source_id = r.id
WHERE r.amount_fen <> coalesce(s.fen, 0) + coalesce(e.fen, 0)
ORDER BY r.id LIMIT 100
