-- In: two questions, each an as-of with known_at or known_on (first_…, second_…), and org units (null:
-- all). Out: by unit, by the kind of item or of settlement, and by whether the first day already
-- covered it (late: only known since), what it adds to the balance from the one question to the
-- other. Cost: one pass over items and settlements. Locks: none.
WITH facts AS (
    SELECT org_unit_id, 'item' AS source, kind, principal_fen AS fen, effective_on, recorded_at,
           recorded_on
    FROM receivable_open_item
    UNION ALL
    SELECT i.org_unit_id, 'settlement', s.source_kind, -s.amount_fen, s.effective_on, s.recorded_at,
           s.recorded_on
    FROM receivable_settlement s JOIN receivable_open_item i ON i.id = s.open_item_id
), asked AS (
    SELECT f.*,
           effective_on <= %(first_as_of)s
             AND (%(first_known_at)s::timestamptz IS NULL OR recorded_at <= %(first_known_at)s)
             AND (%(first_known_on)s::date IS NULL OR recorded_on <= %(first_known_on)s)
             AS in_first,
           effective_on <= %(second_as_of)s
             AND (%(second_known_at)s::timestamptz IS NULL OR recorded_at <= %(second_known_at)s)
             AND (%(second_known_on)s::date IS NULL OR recorded_on <= %(second_known_on)s)
             AS in_second
    FROM facts f
)
SELECT org_unit_id, source, kind, effective_on <= %(first_as_of)s AS late,
       sum(CASE WHEN in_second THEN fen ELSE -fen END)::bigint AS fen
FROM asked
WHERE in_first <> in_second
  AND (%(units)s::bigint[] IS NULL OR org_unit_id = ANY(%(units)s::bigint[]))
GROUP BY 1, 2, 3, 4
