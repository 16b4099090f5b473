-- In: :numbers. Out: the account's id for each of them in order, -1 for none. Locks: none.
SELECT coalesce(a.id, -1) AS id
FROM unnest(%(numbers)s::text[]) WITH ORDINALITY AS asked (number, ord)
LEFT JOIN customer_service_account a ON a.number = asked.number
ORDER BY asked.ord
