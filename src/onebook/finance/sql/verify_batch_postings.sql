-- In: nothing. Out: a row a problem. Issue batches whose revenue, VAT, funds or relief differ from the
-- summed postings of their journal; the postings concerned are named.
SELECT format('journal %s (batch %s): %s is %s fen, postings %s add up to %s', p.journal_id, t.id,
              p.part, CASE p.part WHEN 'VAT' THEN t.vat_fen WHEN 'funds' THEN t.fund_net_fen
                      WHEN 'relief' THEN t.relief_net_fen
                      ELSE t.net_fen - t.fund_net_fen - t.relief_net_fen END, p.ids, p.fen) AS problem
FROM billing_v_batch t
JOIN (SELECT journal_id, source_id, CASE WHEN component = 'vat' THEN 'VAT'
             WHEN component = 'relief' THEN 'relief'
             WHEN left(component, 5) = 'fund:' THEN 'funds' ELSE 'revenue' END AS part,
             -sum(amount_fen) AS fen, string_agg(id::text, ', ' ORDER BY id) AS ids
      FROM (SELECT b.id, b.journal_id, j.source_id, b.amount_fen, min(r.component) AS component
            FROM books_v_journal j
            JOIN books_v_bare_posting b ON b.journal_id = j.id
            JOIN books_v_posting_rule r ON r.event = j.event AND r.credit_id = b.account_id
             AND r.during @> j.effective_on AND r.component <> 'surplus'
            WHERE j.source_kind = 'bill_batch'
            GROUP BY b.id, b.journal_id, j.source_id, b.amount_fen) s
      GROUP BY 1, 2, 3) p ON p.source_id = t.id
WHERE p.fen <> CASE p.part WHEN 'VAT' THEN t.vat_fen WHEN 'funds' THEN t.fund_net_fen
               WHEN 'relief' THEN t.relief_net_fen
               ELSE t.net_fen - t.fund_net_fen - t.relief_net_fen END
ORDER BY t.id LIMIT 100
