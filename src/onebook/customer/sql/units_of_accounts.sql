-- In: :accounts, account ids. Out: the org unit of each of them in order, -1 for an unknown one.
-- Locks: none.
SELECT coalesce(a.org_unit_id, -1) AS org_unit_id
FROM unnest(%(accounts)s::bigint[]) WITH ORDINALITY AS asked (id, ord)
LEFT JOIN customer_service_account a ON a.id = asked.id
ORDER BY asked.ord
