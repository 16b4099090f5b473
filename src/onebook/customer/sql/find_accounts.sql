-- In: :pattern (a beginning), :units (null: all), :limit. Out: service accounts whose number, or
-- whose customer's number or name, begins so. Served by the indexes of numbers and names.
-- Locks: none.
SELECT a.* FROM customer_v_service_account a
WHERE a.id IN (
    SELECT id FROM customer_service_account WHERE number LIKE %(pattern)s
    UNION
    SELECT s.id FROM customer_service_account s JOIN customer_customer c ON c.id = s.customer_id
    WHERE c.number LIKE %(pattern)s OR c.name LIKE %(pattern)s)
  AND (%(units)s::bigint[] IS NULL OR a.org_unit_id = ANY(%(units)s::bigint[]))
ORDER BY a.number
LIMIT %(limit)s
