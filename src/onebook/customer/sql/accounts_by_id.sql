-- In: :accounts, account ids. Out: those service accounts with their customers. Locks: none.
SELECT * FROM customer_v_service_account WHERE id = ANY(%(accounts)s::bigint[])
