-- In: exception ids, month, units, state, rule (null: all; cleared ones only when asked for by id or
-- state), limit, offset. Out: exceptions with their accounts; what keeps bills back first, then by the
-- money at stake: `risk_fen` is `risk_e4`, the usage or where it is 0 that of the last bill with any, at
-- the average price of that bill, else at the category's parameter (null: nothing to reckon with).
SELECT p.*, b.id AS bill_id
FROM (
    SELECT e.id, e.rule, e.blocking, e.state, e.decision, e.reason, e.decided_by_id, e.decided_at,
           e.expected, e.found, e.usage_e4, e.bill_month, e.org_unit_id, e.reading_id,
           e.service_account_id, a.number, a.customer_name, a.category_id, r.risk_e4,
           CASE WHEN r.risk_e4 IS NULL THEN NULL
                WHEN l.usage_e4 IS NULL THEN round(r.risk_e4::numeric / 10000 * billing_threshold_on(
                    'risk', 'fen_kwh', a.category_id, e.bill_month))
                ELSE round(r.risk_e4::numeric * l.total_fen / l.usage_e4) END::bigint AS risk_fen
    FROM billing_v_exception e
    JOIN customer_v_service_account a ON a.id = e.service_account_id
    LEFT JOIN LATERAL (SELECT x.usage_e4, x.total_fen FROM billing_v_standing_bill x
                       WHERE x.service_account_id = e.service_account_id
                         AND x.bill_month < e.bill_month AND x.usage_e4 > 0
                       ORDER BY x.bill_month DESC, x.id DESC LIMIT 1) l ON true
    CROSS JOIN LATERAL (SELECT coalesce(nullif(e.usage_e4, 0), l.usage_e4) AS risk_e4) r
    WHERE (%(ids)s::bigint[] IS NULL OR e.id = ANY(%(ids)s))
      AND (%(month)s::date IS NULL OR e.bill_month = %(month)s)
      AND (%(units)s::bigint[] IS NULL OR e.org_unit_id = ANY(%(units)s))
      AND (e.state = %(state)s::text
           OR (%(state)s::text IS NULL AND (e.state <> 'clear' OR %(ids)s::bigint[] IS NOT NULL)))
      AND (%(rule)s::text IS NULL OR e.rule = %(rule)s)
    ORDER BY e.blocking DESC, risk_fen DESC NULLS LAST, e.id
    LIMIT %(limit)s OFFSET %(offset)s
) p
LEFT JOIN LATERAL (SELECT x.id FROM billing_v_standing_bill x
                   WHERE x.service_account_id = p.service_account_id AND x.bill_month = p.bill_month
                   ORDER BY x.id DESC LIMIT 1) b ON true
ORDER BY p.blocking DESC, p.risk_fen DESC NULLS LAST, p.id
