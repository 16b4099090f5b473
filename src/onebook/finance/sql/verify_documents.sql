-- In: nothing. Out: a row a problem. Documents whose amount differs from the debits of their journals,
-- that have no journal, or a file of receipts that is not the sum of its receipts. A transfer taken
-- back may owe more again than it brought, out of prepayment: `verify_transit` holds its sum.
SELECT format('%s %s: %s fen, posted %s', d.kind, d.id, d.fen, coalesce(p.fen::text, 'nothing'))
       AS problem
FROM (
    SELECT 'receipt' AS kind, id, amount_fen AS fen FROM cash_v_receipt WHERE file_id IS NULL
    UNION ALL SELECT 'receipt_file', id, total_fen FROM cash_v_receipt_file
    UNION ALL SELECT 'offset', id, total_fen FROM cash_v_offset
    UNION ALL SELECT 'remittance', id, amount_fen FROM cash_v_remittance
    UNION ALL SELECT 'opening', id, total_fen FROM receivable_v_opening
    UNION ALL SELECT 'receipt_reversal', v.id, r.amount_fen
              FROM cash_v_receipt_reversal v JOIN cash_v_receipt r ON r.id = v.receipt_id
              WHERE r.channel = 'counter_cash'
) d
LEFT JOIN (SELECT source_kind AS kind, source_id AS id, sum(amount_fen) AS fen
           FROM books_v_posting WHERE amount_fen > 0 GROUP BY 1, 2) p USING (kind, id)
WHERE d.fen IS DISTINCT FROM p.fen
UNION ALL
SELECT format('receipt_file %s: %s receipts of %s fen, its receipts %s of %s', f.id, f.receipts,
              f.total_fen, count(r.id), coalesce(sum(r.amount_fen), 0))
FROM cash_v_receipt_file f LEFT JOIN cash_v_receipt r ON r.file_id = f.id
GROUP BY f.id, f.receipts, f.total_fen
HAVING count(r.id) <> f.receipts OR coalesce(sum(r.amount_fen), 0) <> f.total_fen
LIMIT 100
