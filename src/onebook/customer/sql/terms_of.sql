-- In: :account. Out: the terms of its contract, the latest first. Locks: none.
SELECT * FROM customer_v_terms WHERE service_account_id = %(account)s ORDER BY since DESC
