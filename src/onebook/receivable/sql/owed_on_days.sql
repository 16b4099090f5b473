-- In: days, known_at or known_on, units (null: all). Out: for each day, what had come to be owed by its end and what of
-- that was still owed, in fen. Cost: one pass, however many days. Locks: none.
WITH moved AS (
    SELECT effective_on, sum(opened_fen) AS opened_fen, sum(settled_fen) AS settled_fen
    FROM (SELECT effective_on, recorded_at, recorded_on, org_unit_id, principal_fen AS opened_fen,
                 0 AS settled_fen
          FROM receivable_open_item
          UNION ALL
          SELECT s.effective_on, s.recorded_at, s.recorded_on, i.org_unit_id, 0, s.amount_fen
          FROM receivable_settlement s JOIN receivable_open_item i ON i.id = s.open_item_id) m
    WHERE (%(known_at)s::timestamptz IS NULL OR recorded_at <= %(known_at)s)
      AND (%(known_on)s::date IS NULL OR recorded_on <= %(known_on)s)
      AND (%(units)s::bigint[] IS NULL OR org_unit_id = ANY(%(units)s))
    GROUP BY effective_on
)
SELECT d.day, coalesce(sum(m.opened_fen), 0)::bigint AS opened_fen,
       coalesce(sum(m.opened_fen - m.settled_fen), 0)::bigint AS owed_fen
FROM unnest(%(days)s::date[]) AS d (day) LEFT JOIN moved m ON m.effective_on <= d.day
GROUP BY d.day
