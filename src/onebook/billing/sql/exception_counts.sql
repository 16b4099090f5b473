-- In: month, units. Out: exceptions by rule and state; cleared ones are past and left out.
SELECT e.rule, e.blocking, e.state, count(*) AS exceptions
FROM billing_v_exception e
WHERE e.bill_month = %(month)s AND e.state <> 'clear'
  AND (%(units)s::bigint[] IS NULL OR e.org_unit_id = ANY(%(units)s))
GROUP BY 1, 2, 3 ORDER BY 1, 3
