-- In: bills. Out: the adjustments that wait for approval or stand over one of them. Locks: none.
SELECT DISTINCT a.id, a.recorded_on, a.service_account_id
FROM billing_v_adjustment a JOIN billing_adjustment_part p ON p.adjustment_id = a.id
WHERE p.bill_id = ANY(%(bills)s::bigint[])
  AND (a.state = 'open'
       OR (a.state = 'issued' AND a.counters_id IS NULL AND a.countered_by_id IS NULL))
ORDER BY a.id
