-- In: nothing. Out: a row a problem. Red bills that differ from the bill they reverse, line by line; whose
-- bill is not settled to its principal by what was paid and the credit note, or whose surplus is not
-- what had been paid; accounts with two standing bills of a month.
SELECT format('red bill %s of bill %s: line %s differs', r.id, r.reverses_bill_id, d.line_no)
       AS problem
FROM billing_v_bill r
CROSS JOIN LATERAL (
    (SELECT l.line_no, l.quantity_e4, l.amount_fen FROM billing_v_bill_line l WHERE l.bill_id = r.id
     EXCEPT ALL
     SELECT l.line_no, -l.quantity_e4, -l.amount_fen FROM billing_v_bill_line l
     WHERE l.bill_id = r.reverses_bill_id)
    UNION ALL
    (SELECT l.line_no, -l.quantity_e4, -l.amount_fen FROM billing_v_bill_line l
     WHERE l.bill_id = r.reverses_bill_id
     EXCEPT ALL
     SELECT l.line_no, l.quantity_e4, l.amount_fen FROM billing_v_bill_line l
     WHERE l.bill_id = r.id)
) d
WHERE r.reverses_bill_id IS NOT NULL
UNION ALL
SELECT format('red bill %s of bill %s: owed %s fen, credit note %s, given back %s', r.id,
              r.reverses_bill_id, i.principal_fen, coalesce(s.fen, 0), coalesce(e.fen, 0))
FROM billing_v_bill r
JOIN receivable_v_open_item i ON i.kind = 1 AND i.source_id = r.reverses_bill_id
LEFT JOIN (SELECT source_id, sum(amount_fen) AS fen FROM receivable_v_settlement
           WHERE source_kind = 4 GROUP BY 1) s ON s.source_id = r.id
LEFT JOIN (SELECT source_id, sum(amount_fen) AS fen FROM cash_v_prepayment_entry
           WHERE source_kind = 'bill_batch' GROUP BY 1) e ON e.source_id = r.batch_id
WHERE i.principal_fen <> coalesce(s.fen, 0) + coalesce(e.fen, 0)
UNION ALL
SELECT format('account %s has %s standing bills of %s', service_account_id, count(*),
              to_char(bill_month, 'YYYY-MM'))
FROM billing_v_standing_bill GROUP BY service_account_id, bill_month HAVING count(*) > 1
LIMIT 100
