-- In: :service_account_id. Out: its metering points. Locks: none.
SELECT id, number FROM customer_metering_point
WHERE service_account_id = %(service_account_id)s ORDER BY id
