-- In: exception ids, month, units, state, rule (null: all; cleared ones only when asked for by id or
-- state), limit, offset. Out: exceptions with their accounts; blocking first, then by usage; `risk_e4`
-- and `risk_fen` are what is at stake by the account's last bill with usage before (null: none).
SELECT p.id, p.rule, p.blocking, p.state, p.reason, p.decided_by_id, p.decided_at, p.expected,
       p.found, p.usage_e4, p.bill_month, p.org_unit_id, p.reading_id, p.service_account_id,
       p.number, p.customer_name, p.category_id, b.id AS bill_id,
       coalesce(nullif(p.usage_e4, 0), l.usage_e4) AS risk_e4,
       round(coalesce(nullif(p.usage_e4, 0), l.usage_e4)::numeric * l.total_fen / l.usage_e4)::bigint
           AS risk_fen
FROM (
    SELECT e.*, a.number, a.customer_name, a.category_id
    FROM billing_v_exception e
    JOIN customer_v_service_account a ON a.id = e.service_account_id
    WHERE (%(ids)s::bigint[] IS NULL OR e.id = ANY(%(ids)s))
      AND (%(month)s::date IS NULL OR e.bill_month = %(month)s)
      AND (%(units)s::bigint[] IS NULL OR e.org_unit_id = ANY(%(units)s))
      AND (e.state = %(state)s::text
           OR (%(state)s::text IS NULL AND (e.state <> 'clear' OR %(ids)s::bigint[] IS NOT NULL)))
      AND (%(rule)s::text IS NULL OR e.rule = %(rule)s)
    ORDER BY e.blocking DESC, e.usage_e4 DESC, e.id
    LIMIT %(limit)s OFFSET %(offset)s
) p
LEFT JOIN LATERAL (SELECT x.id FROM billing_v_standing_bill x
                   WHERE x.service_account_id = p.service_account_id AND x.bill_month = p.bill_month
                   ORDER BY x.id DESC LIMIT 1) b ON true
LEFT JOIN LATERAL (SELECT x.usage_e4, x.total_fen FROM billing_v_standing_bill x
                   WHERE x.service_account_id = p.service_account_id
                     AND x.bill_month < p.bill_month AND x.usage_e4 > 0
                   ORDER BY x.bill_month DESC, x.id DESC LIMIT 1) l ON true
ORDER BY p.blocking DESC, p.usage_e4 DESC, p.id
