-- In: :accounts, account ids. Out: the terms of each account's contract that stand last. Locks: none.
SELECT DISTINCT ON (service_account_id) * FROM customer_v_terms
WHERE service_account_id = ANY(%(accounts)s::bigint[])
ORDER BY service_account_id, since DESC
