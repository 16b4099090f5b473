-- In: as_of, known_at or known_on, its snapshot, units, bucket bounds in days past due. Out: what is owed by
-- org unit and bucket number, with accounts and items.
SELECT org_unit_id, width_bucket((%(as_of)s::date - due_on), %(bounds)s::int[]) AS bucket,
       sum(remaining_fen)::bigint AS remaining_fen, count(*) AS items
FROM receivable_v_open_items_at(%(as_of)s::date, %(known_at)s::timestamptz, %(known_on)s::date,
                                %(snapshot)s::date)
WHERE %(units)s::bigint[] IS NULL OR org_unit_id = ANY(%(units)s)
GROUP BY 1, 2
