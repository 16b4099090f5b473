-- In: :org_units. Out: the accounts of the units by id, an open one closing at infinity.
-- Locks: none.
SELECT id, org_unit_id, category_id, capacity_kva, opened_on,
       coalesce(closed_on, 'infinity'::date) AS closed_on
FROM customer_service_account
WHERE org_unit_id = ANY(%(org_units)s::bigint[])
ORDER BY id
