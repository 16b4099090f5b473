-- In: as_of, known_at or known_on, units (null: all), limit, offset. Out: what waits in transit on that
-- day, a row an item and org unit of its payers, oldest first, with its journal; `total_fen` is the sum
-- of all rows, whatever the limit. As in transit_split. Locks: none.
WITH item AS (
    SELECT i.* FROM cash_v_transit_item i
    WHERE i.effective_on <= %(as_of)s
      AND (%(known_at)s::timestamptz IS NULL OR i.recorded_at <= %(known_at)s)
      AND (%(known_on)s::date IS NULL OR i.recorded_on <= %(known_on)s)
      AND coalesce((SELECT sum(c.amount_fen) FROM cash_v_transit_credit c
                    WHERE c.transit_item_id = i.id AND c.effective_on <= %(as_of)s
                      AND (%(known_at)s::timestamptz IS NULL OR c.recorded_at <= %(known_at)s)
                      AND (%(known_on)s::date IS NULL OR c.recorded_on <= %(known_on)s)), 0) = 0
), split AS (
    SELECT i.id, r.org_unit_id, sum(r.amount_fen) AS fen
    FROM item i JOIN cash_v_receipt r ON r.file_id = i.source_id
    WHERE i.kind = 'receipt_file' GROUP BY 1, 2
    UNION ALL
    SELECT id, org_unit_id, amount_fen FROM item WHERE kind IN ('remittance', 'receipt')
)
SELECT i.effective_on, i.kind, i.reference, i.journal_id, s.org_unit_id,
       %(as_of)s::date - i.effective_on AS days, s.fen::bigint AS amount_fen,
       (sum(s.fen) OVER ())::bigint AS total_fen
FROM split s JOIN item i ON i.id = s.id
WHERE %(units)s::bigint[] IS NULL OR s.org_unit_id = ANY(%(units)s)
ORDER BY i.effective_on, i.id, s.org_unit_id
LIMIT %(limit)s OFFSET %(offset)s
