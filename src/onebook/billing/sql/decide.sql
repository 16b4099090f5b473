-- In: columns of exceptions, what a person decided and why. Out: one decision each. Locks: none.
INSERT INTO billing_decision (exception_id, kind, reason, person_id)
SELECT id, %(kind)s, %(reason)s, %(person)s FROM unnest(%(ids)s::bigint[]) AS id
