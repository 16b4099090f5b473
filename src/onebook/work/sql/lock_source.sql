-- In: app, kind, source. Out: nothing of use. Locks: requests about the document, until the end of the
-- transaction.
SELECT pg_advisory_xact_lock(hashtextextended(
    'approval of ' || %(app)s::text || ' ' || %(kind)s::text || ' ' || %(source)s::bigint, 0))
    IS NULL AS held
