-- In: the least and the greatest account and all of them (null: whoever lies between), month, the month
-- after. Out: a row a tariff version of theirs in force in the month: 1 of households, 2 of business, 3
-- of agriculture, 0 of another category. Locks: none.
SELECT service_account_id,
       CASE category WHEN 'residential' THEN 1 WHEN 'business' THEN 2 WHEN 'agriculture' THEN 3
                     ELSE 0 END::smallint AS category
FROM tariff_v_assignment
WHERE service_account_id BETWEEN %(least)s AND %(greatest)s
  AND (%(listed)s::bigint[] IS NULL OR service_account_id = ANY(%(listed)s))
  -- The first condition follows from the second; it is checked once a version.
  AND version_during && daterange(%(month)s, %(next_month)s)
  AND NOT isempty(during * version_during * daterange(%(month)s, %(next_month)s))
