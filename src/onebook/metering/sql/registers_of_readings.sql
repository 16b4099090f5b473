-- In: readings, ascending. Out: a row a further register of theirs. Locks: none.
SELECT u.ord - 1 AS place, q.register, q.usage_e4, q.status
FROM unnest(%(readings)s::bigint[]) WITH ORDINALITY AS u (id, ord)
JOIN metering_register_reading q ON q.reading_id = u.id
ORDER BY u.ord, q.register
