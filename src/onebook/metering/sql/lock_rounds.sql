-- In: rounds. Out: nothing of use. Locks: the rounds for what readers send, in one order, until the
-- transaction ends.
SELECT count(pg_advisory_xact_lock(hashtextextended('round ' || o.id, 0))) AS held
FROM (SELECT id FROM unnest(%(rounds)s::bigint[]) AS u (id) ORDER BY id) o
