-- In: nothing. Out: a row a problem. Issued adjustments that differ from their lines, that nobody else
-- approved, whose item is not what they charge, or whose journal does not move what they come to: owed,
-- VAT, earlier years. A journal of an adjustment that is not issued counts too.
SELECT format('adjustment %s: %s fen, lines %s, item %s, posted %s, VAT %s posted %s, earlier years %s posted %s%s',
              a.id, a.total_fen, coalesce(l.fen, 0), coalesce(i.principal_fen, 0), coalesce(p.owed, 0),
              a.vat_fen, coalesce(p.vat, 0), coalesce(a.prior_year_net_fen, 0), coalesce(p.prior, 0),
              CASE WHEN w.id IS NULL THEN ', not approved' ELSE '' END) AS problem
FROM billing_v_adjustment a
LEFT JOIN (SELECT adjustment_id, sum(amount_fen) AS fen, sum(net_fen) AS net
           FROM billing_v_adjustment_line GROUP BY 1) l ON l.adjustment_id = a.id
LEFT JOIN receivable_v_open_item i ON i.kind = 4 AND i.source_id = a.id
LEFT JOIN (SELECT source_id, sum(amount_fen) FILTER (WHERE control IN ('receivable', 'prepayment')) AS owed,
                  -sum(amount_fen) FILTER (WHERE account_code = '22210106') AS vat,
                  -sum(amount_fen) FILTER (WHERE account_code = '6901') AS prior
           FROM books_v_posting WHERE source_kind = 'adjustment' GROUP BY 1) p ON p.source_id = a.id
LEFT JOIN work_v_approval w ON w.id = a.approval_id AND w.state = 'approved'
 AND w.amount_fen = a.total_fen AND w.requested_by_id = a.person_id
WHERE (a.issued_on IS NULL AND p.source_id IS NOT NULL)
   OR (a.issued_on IS NOT NULL AND (w.id IS NULL OR a.total_fen IS DISTINCT FROM l.fen
       OR a.net_fen IS DISTINCT FROM l.net OR greatest(a.total_fen, 0) <> coalesce(i.principal_fen, 0)
       OR a.total_fen <> coalesce(p.owed, 0) OR a.vat_fen <> coalesce(p.vat, 0)
       OR a.prior_year_net_fen <> coalesce(p.prior, 0)))
ORDER BY a.id LIMIT 100
