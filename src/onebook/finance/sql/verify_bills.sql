-- In: nothing. Out: a row a problem. Bills that differ from the sum of their lines, from net + VAT,
-- or from their open item.
SELECT format('bill %s: total %s, lines %s, net %s + VAT %s, item %s', b.id, b.total_fen,
              coalesce(l.fen, 0), b.net_fen, b.vat_fen, coalesce(i.principal_fen, 0)) AS problem
FROM billing_v_bill b
LEFT JOIN (SELECT bill_id, sum(amount_fen) AS fen FROM billing_v_bill_line GROUP BY 1) l
  ON l.bill_id = b.id
LEFT JOIN receivable_v_open_item i ON i.kind = 1 AND i.source_id = b.id
WHERE b.total_fen <> coalesce(l.fen, 0) OR b.total_fen <> b.net_fen + b.vat_fen
   OR greatest(b.total_fen, 0) <> coalesce(i.principal_fen, 0)
ORDER BY b.id LIMIT 100
