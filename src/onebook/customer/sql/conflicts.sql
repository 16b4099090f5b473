-- In: customer_incoming. Out: ord, kind and what is recorded, for each incoming row that
-- contradicts the record (the first contradiction of a row). Locks: none.
SELECT * FROM (
    SELECT i.ord,
           CASE WHEN a.org_unit_id <> i.org_unit_id THEN 'unit'
                WHEN a.opened_on <> i.opened_on THEN 'opened'
                WHEN c.number <> i.customer_number THEN 'customer'
                WHEN a.id IS NULL AND i.customer_number IS NULL AND taken.id IS NOT NULL
                    THEN 'customer_taken'
                WHEN p.service_account_id <> coalesce(a.id, -1)
                     AND (i.metering_point IS NOT NULL OR own.number IS NULL) THEN 'point_taken'
                WHEN i.metering_point IS NOT NULL AND p.id IS NULL AND own.number IS NOT NULL
                    THEN 'second_point'
           END AS kind,
           a.org_unit_id, a.opened_on, c.number AS customer_number, pa.number AS point_account,
           own.number AS own_point, taken.number AS taken_number
    FROM customer_incoming i
    LEFT JOIN customer_service_account a ON a.number = i.account_number
    LEFT JOIN customer_customer c ON c.id = a.customer_id
    LEFT JOIN customer_customer taken ON taken.number = i.account_number
    LEFT JOIN customer_metering_point p ON p.number = coalesce(i.metering_point, i.account_number)
    LEFT JOIN customer_service_account pa ON pa.id = p.service_account_id
    -- The first point as an aggregate: with ORDER BY and LIMIT the planner would walk all points in
    -- their order where its statistics are from before the last file.
    LEFT JOIN LATERAL (SELECT (array_agg(o.number ORDER BY o.id))[1] AS number
                       FROM customer_metering_point o WHERE o.service_account_id = a.id) own ON true
) found
WHERE kind IS NOT NULL
ORDER BY ord
