-- In: customer_incoming. Out: ord and the ids of what is recorded already, -1 where nothing is.
-- Locks: none.
SELECT i.ord, coalesce(a.customer_id, c.id, -1) AS customer_id, coalesce(a.id, -1) AS account_id,
       coalesce(CASE WHEN i.metering_point IS NULL THEN own.id ELSE p.id END, -1) AS point_id
FROM customer_incoming i
LEFT JOIN customer_service_account a ON a.number = i.account_number
LEFT JOIN customer_customer c ON c.number = i.customer_number
LEFT JOIN customer_metering_point p ON p.number = i.metering_point
-- As in conflicts.
LEFT JOIN LATERAL (SELECT (array_agg(o.id ORDER BY o.id))[1] AS id FROM customer_metering_point o
                   WHERE o.service_account_id = a.id) own ON true
ORDER BY i.ord
