-- In: nothing. Out: a row a problem. Batches whose totals differ from their bills, or from their
-- journal; what a red bill gives back of what was paid is prepayment.
SELECT format('batch %s: total %s, bills %s, posted %s', t.id, t.total_fen, coalesce(b.fen, 0),
              coalesce(p.fen, 0)) AS problem
FROM billing_v_batch t
LEFT JOIN (SELECT batch_id, sum(total_fen) AS fen FROM billing_v_bill GROUP BY 1) b
  ON b.batch_id = t.id
LEFT JOIN (SELECT source_id, sum(amount_fen) AS fen FROM books_v_posting
           WHERE source_kind = 'bill_batch' AND control IN ('receivable', 'prepayment') GROUP BY 1) p
  ON p.source_id = t.id
WHERE t.total_fen <> coalesce(b.fen, 0) OR t.total_fen <> coalesce(p.fen, 0)
ORDER BY t.id LIMIT 100
