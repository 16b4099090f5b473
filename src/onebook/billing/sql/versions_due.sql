-- In: the least and the greatest account and all of them (null: whoever lies between), month, the month
-- after. Out: a row a tariff version of theirs in force in the month, by account and day. Locks: none.
SELECT service_account_id, version_id
FROM tariff_v_assignment
WHERE service_account_id BETWEEN %(least)s AND %(greatest)s
  AND (%(listed)s::bigint[] IS NULL OR service_account_id = ANY(%(listed)s))
  -- The first condition follows from the second; it is checked once a version.
  AND version_during && daterange(%(month)s, %(next_month)s)
  AND NOT isempty(during * version_during * daterange(%(month)s, %(next_month)s))
ORDER BY service_account_id, lower(during), lower(version_during)
