-- In: :id or :number, the other one null. Out: the account with its customer. Locks: none.
SELECT * FROM customer_v_service_account
WHERE id = %(id)s::bigint OR number = %(number)s::text
