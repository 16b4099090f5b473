-- In: since, until, units (null: all), known_at or known_on. Out: by unit and category what the book has on
-- the accounts that bills and adjustments are credited to by the posting rules of these days: revenue,
-- whatever posted it; funds, relief and VAT as far as bills and adjustments did. Locks: none.
WITH rule AS (
    SELECT credit_id, min(CASE WHEN component IN ('vat', 'relief') THEN component
                               WHEN left(component, 5) = 'fund:' THEN 'fund'
                               WHEN component = 'power_factor' THEN component ELSE 'revenue' END) AS part
    FROM books_v_posting_rule
    WHERE event IN ('bill.issued', 'bill.cancelled', 'adjustment.issued') AND component <> 'surplus'
      AND during && daterange(%(since)s, %(until)s, '[]')
    GROUP BY credit_id
)
SELECT p.org_unit_id, coalesce(p.category_id, 0)::smallint AS category_id,
       coalesce(-sum(p.amount_fen) FILTER (WHERE r.part IN ('revenue', 'power_factor')), 0)::bigint
           AS revenue_fen,
       coalesce(-sum(p.amount_fen) FILTER (WHERE r.part = 'power_factor'), 0)::bigint
           AS power_factor_fen,
       coalesce(-sum(p.amount_fen) FILTER (WHERE r.part = 'fund'), 0)::bigint AS fund_net_fen,
       coalesce(-sum(p.amount_fen) FILTER (WHERE r.part = 'relief'), 0)::bigint AS relief_net_fen,
       coalesce(-sum(p.amount_fen) FILTER (WHERE r.part = 'vat'), 0)::bigint AS vat_fen
FROM books_v_posting p
JOIN rule r ON r.credit_id = p.account_id
WHERE p.effective_on BETWEEN %(since)s AND %(until)s
  AND (r.part IN ('revenue', 'power_factor') OR p.source_kind IN ('bill_batch', 'adjustment'))
  AND (%(units)s::bigint[] IS NULL OR p.org_unit_id = ANY(%(units)s))
  AND (%(known_at)s::timestamptz IS NULL OR p.recorded_at <= %(known_at)s)
  AND (%(known_on)s::date IS NULL OR p.recorded_on <= %(known_on)s)
GROUP BY p.org_unit_id, coalesce(p.category_id, 0)
