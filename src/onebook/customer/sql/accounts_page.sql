-- In: :units (null: all), :category (null: all), :after, the number to go on after, :limit.
-- Out: service accounts with their customers, by number. Locks: none.
SELECT * FROM customer_v_service_account
WHERE number > %(after)s
  AND (%(units)s::bigint[] IS NULL OR org_unit_id = ANY(%(units)s::bigint[]))
  AND (%(category)s::smallint IS NULL OR category_id = %(category)s::smallint)
ORDER BY number
LIMIT %(limit)s
