-- In: ids, app, source, units, state (null: all), limit, offset. Out: requests with their state, those
-- that wait first, then the newest. Locks: none.
SELECT a.* FROM work_v_approval a
WHERE (%(ids)s::bigint[] IS NULL OR a.id = ANY(%(ids)s))
  AND (%(app)s::text IS NULL OR (a.app = %(app)s AND a.kind = %(kind)s))
  AND (%(source)s::bigint IS NULL OR a.source_id = %(source)s)
  AND (%(units)s::bigint[] IS NULL OR a.org_unit_id = ANY(%(units)s))
  AND (%(state)s::text IS NULL OR a.state = %(state)s)
ORDER BY a.state = 'open' DESC, a.id DESC
LIMIT %(limit)s OFFSET %(offset)s
