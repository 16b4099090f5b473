-- In: as_of, known_at or known_on, its snapshot, units, bucket bounds, bucket (null: all), limit, offset.
-- Out: open items with what remains, oldest due first.
SELECT i.*, (%(as_of)s::date - i.due_on) AS days_past_due
FROM receivable_v_open_items_at(%(as_of)s::date, %(known_at)s::timestamptz, %(known_on)s::date,
                                %(snapshot)s::date) i
WHERE (%(units)s::bigint[] IS NULL OR i.org_unit_id = ANY(%(units)s))
  AND (%(bucket)s::int IS NULL
       OR width_bucket((%(as_of)s::date - i.due_on), %(bounds)s::int[]) = %(bucket)s)
ORDER BY i.due_on, i.id
LIMIT %(limit)s OFFSET %(offset)s
