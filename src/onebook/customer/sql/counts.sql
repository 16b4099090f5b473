-- In: nothing. Out: accounts, and those of simulated customers.
SELECT count(*) AS accounts, count(*) FILTER (WHERE c.simulated) AS simulated
FROM customer_service_account a JOIN customer_customer c ON c.id = a.customer_id
