-- In: :customer, its id. Out: that customer's service accounts, by number. Locks: none.
SELECT * FROM customer_v_service_account WHERE customer_id = %(customer)s ORDER BY number
