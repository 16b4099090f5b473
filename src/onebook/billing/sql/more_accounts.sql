-- In: org unit, month, the month after. Out: accounts whose contract raises their tiers, so that more
-- than their total usage counts. Locks: none.
SELECT DISTINCT t.service_account_id
FROM customer_v_terms t JOIN customer_v_service_account a ON a.id = t.service_account_id
WHERE a.org_unit_id = %(org_unit)s AND t.extra_quota_e4_month > 0
  AND t.during && daterange(%(month)s, %(next_month)s)
ORDER BY 1
