-- In: :pattern (anywhere), :units (null: all), :limit. Out: service accounts whose customer's name
-- or telephone, or whose address or number, holds it. Reads the whole table. Locks: none.
SELECT * FROM customer_v_service_account
WHERE (customer_name LIKE %(pattern)s OR phone LIKE %(pattern)s OR address LIKE %(pattern)s
       OR number LIKE %(pattern)s)
  AND (%(units)s::bigint[] IS NULL OR org_unit_id = ANY(%(units)s::bigint[]))
ORDER BY number
LIMIT %(limit)s
