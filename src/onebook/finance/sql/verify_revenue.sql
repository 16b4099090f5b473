-- In: nothing. Out: a row a problem. Sums of batches by category and component that are not what their
-- lines, or for component 0 their bills, add up to; whose nets differ from the bills' net; and revenue,
-- funds, relief or VAT of a batch and category that the book has otherwise. Locks: none.
WITH line AS (
    SELECT b.batch_id, b.category_id, l.component_id, sum(l.quantity_e4) AS quantity_e4,
           sum(l.amount_fen) AS amount_fen, NULL::numeric AS net_fen, NULL::bigint AS bills
    FROM billing_v_bill_line l JOIN billing_v_bill b ON b.id = l.bill_id
    GROUP BY 1, 2, 3
    UNION ALL
    SELECT batch_id, category_id, 0, sum(usage_e4), sum(total_fen), sum(net_fen),
           count(*) - 2 * count(reverses_bill_id)
    FROM billing_v_bill GROUP BY 1, 2
), part AS (
    SELECT s.batch_id, s.category_id, sum(s.net_fen) AS net_fen,
           sum(s.net_fen) FILTER (WHERE left(c.posting_component, 5) = 'fund:') AS fund_fen,
           sum(s.net_fen) FILTER (WHERE c.posting_component = 'relief') AS relief_fen
    FROM billing_v_batch_sum s JOIN tariff_v_component c ON c.id = s.component_id
    GROUP BY 1, 2
), posted AS (
    SELECT j.source_id AS batch_id, p.category_id,
           -sum(p.amount_fen) FILTER (WHERE r.part = 'fund') AS fund_fen,
           -sum(p.amount_fen) FILTER (WHERE r.part = 'relief') AS relief_fen,
           -sum(p.amount_fen) FILTER (WHERE r.part = 'revenue') AS revenue_fen
    FROM books_v_journal j
    JOIN books_v_bare_posting p ON p.journal_id = j.id
    JOIN (SELECT DISTINCT event, credit_id, during,
                 CASE WHEN component = 'vat' OR component = 'relief' THEN component
                      WHEN left(component, 5) = 'fund:' THEN 'fund' ELSE 'revenue' END AS part
          FROM books_v_posting_rule WHERE component <> 'surplus') r
      ON r.event = j.event AND r.credit_id = p.account_id AND r.during @> j.effective_on
    WHERE j.source_kind = 'bill_batch'
    GROUP BY 1, 2
)
SELECT problem FROM (
    SELECT format('batch %s, category %s, component %s: sums %s kWh %s fen, lines %s kWh %s fen',
                  coalesce(s.batch_id, l.batch_id), coalesce(s.category_id, l.category_id),
                  coalesce(s.component_id, l.component_id), trim_scale(s.quantity_e4 / 10000.0),
                  s.amount_fen, trim_scale(l.quantity_e4 / 10000.0), l.amount_fen) AS problem
    FROM (SELECT * FROM billing_v_batch_sum
          WHERE component_id = 0 OR quantity_e4 <> 0 OR amount_fen <> 0) s
    FULL JOIN (SELECT * FROM line WHERE component_id = 0 OR quantity_e4 <> 0 OR amount_fen <> 0) l
      ON (l.batch_id, l.category_id, l.component_id) = (s.batch_id, s.category_id, s.component_id)
    WHERE (s.quantity_e4, s.amount_fen) IS DISTINCT FROM (l.quantity_e4, l.amount_fen)
       OR s.net_fen <> l.net_fen OR s.bills <> l.bills
    UNION ALL
    SELECT format('batch %s, category %s: nets of components %s fen, of bills %s fen', t.batch_id,
                  t.category_id, p.net_fen, t.net_fen)
    FROM billing_v_batch_sum t
    LEFT JOIN part p ON (p.batch_id, p.category_id) = (t.batch_id, t.category_id)
    WHERE t.component_id = 0 AND t.net_fen <> coalesce(p.net_fen, 0)
    UNION ALL
    SELECT format('batch %s, category %s: revenue %s, funds %s, relief %s fen; posted %s, %s, %s fen',
                  coalesce(p.batch_id, b.batch_id), coalesce(p.category_id, b.category_id),
                  p.net_fen - coalesce(p.fund_fen, 0) - coalesce(p.relief_fen, 0),
                  coalesce(p.fund_fen, 0), coalesce(p.relief_fen, 0), coalesce(b.revenue_fen, 0),
                  coalesce(b.fund_fen, 0), coalesce(b.relief_fen, 0))
    FROM part p
    FULL JOIN posted b ON (b.batch_id, b.category_id) = (p.batch_id, p.category_id)
    WHERE (coalesce(p.net_fen - coalesce(p.fund_fen, 0) - coalesce(p.relief_fen, 0), 0),
           coalesce(p.fund_fen, 0), coalesce(p.relief_fen, 0))
       <> (coalesce(b.revenue_fen, 0), coalesce(b.fund_fen, 0), coalesce(b.relief_fen, 0))
) found
ORDER BY 1 LIMIT 100
