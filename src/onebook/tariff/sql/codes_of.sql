-- In: :accounts, account ids. Out: each account that is on a tariff, and the tariff it was put on
-- last. Locks: none.
SELECT DISTINCT ON (service_account_id) service_account_id, tariff_code
FROM tariff_assignment
WHERE service_account_id = ANY(%(accounts)s::bigint[])
ORDER BY service_account_id, lower(during) DESC
