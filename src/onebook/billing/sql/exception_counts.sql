-- In: month, units. Out: exceptions by rule and state, and the accounts that have them; cleared ones are
-- past and left out. Locks: none.
SELECT e.rule, e.blocking, e.state, count(*) AS exceptions,
       count(DISTINCT e.service_account_id) AS accounts
FROM billing_v_exception e
WHERE e.bill_month = %(month)s AND e.state <> 'clear'
  AND (%(units)s::bigint[] IS NULL OR e.org_unit_id = ANY(%(units)s))
GROUP BY 1, 2, 3 ORDER BY 1, 3
