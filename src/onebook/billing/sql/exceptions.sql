-- In: month, units, state, rule, exception id (null: all), limit, offset. Out: exceptions with
-- their accounts; blocking first, then by usage at risk.
SELECT e.id, e.rule, e.blocking, e.state, e.reason, e.decided_by_id, e.decided_at, e.expected,
       e.found, e.usage_e4, e.bill_month, e.org_unit_id, e.reading_id, e.service_account_id,
       a.number, a.customer_name, a.category_id
FROM billing_v_exception e
JOIN customer_v_service_account a ON a.id = e.service_account_id
WHERE (%(exception)s::bigint IS NULL OR e.id = %(exception)s)
  AND (%(month)s::date IS NULL OR e.bill_month = %(month)s)
  AND (%(units)s::bigint[] IS NULL OR e.org_unit_id = ANY(%(units)s))
  AND (%(state)s::text IS NULL OR e.state = %(state)s)
  AND (%(rule)s::text IS NULL OR e.rule = %(rule)s)
ORDER BY e.blocking DESC, e.usage_e4 DESC, e.id
LIMIT %(limit)s OFFSET %(offset)s
