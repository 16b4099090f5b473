-- In: :accounts, account ids. Out: each account that has a meter now, and that meter's number (the
-- first one installed). Locks: none.
SELECT DISTINCT ON (i.service_account_id) i.service_account_id, i.meter_number
FROM metering_v_installation i
WHERE i.service_account_id = ANY(%(accounts)s::bigint[]) AND upper_inf(i.during)
ORDER BY i.service_account_id, i.id
