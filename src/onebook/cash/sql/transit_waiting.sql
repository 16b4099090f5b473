-- In: as_of, known_at or known_on. Out: items in transit not credited by that day, oldest first.
SELECT i.id, i.kind, i.source_id, i.reference, i.org_unit_id, i.amount_fen, i.effective_on
FROM cash_transit_item i
WHERE i.effective_on <= %(as_of)s
  AND (%(known_at)s::timestamptz IS NULL OR i.recorded_at <= %(known_at)s)
  AND (%(known_on)s::date IS NULL OR i.recorded_on <= %(known_on)s)
  AND i.amount_fen > coalesce((
      SELECT sum(c.amount_fen) FROM cash_transit_credit c
      WHERE c.transit_item_id = i.id AND c.effective_on <= %(as_of)s
        AND (%(known_at)s::timestamptz IS NULL OR c.recorded_at <= %(known_at)s)
        AND (%(known_on)s::date IS NULL OR c.recorded_on <= %(known_on)s)), 0)
ORDER BY i.effective_on, i.id
