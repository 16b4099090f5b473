-- In: org unit, the least and the greatest account and all of them (null: whoever lies between). Out:
-- those of the unit, by account. Locks: none.
SELECT id, category_id, opened_on, coalesce(capacity_kva, 0)
FROM customer_v_service_account
WHERE id BETWEEN %(least)s AND %(greatest)s AND org_unit_id = %(org_unit)s
  AND (%(listed)s::bigint[] IS NULL OR id = ANY(%(listed)s))
ORDER BY id
