-- In: as_of, known_at or known_on. Out: by org unit, what the bank's lines were booked as by that day
-- other than as credits of money in transit: customers' transfers, purposes, money not identified,
-- returns; undone ones with their signs turned.
SELECT m.org_unit_id, sum(m.amount_fen)::bigint AS amount_fen
FROM banking_v_booking m
LEFT JOIN cash_v_transit_item i ON i.id = m.transit_item_id
WHERE (i.id IS NULL OR i.kind = 'receipt') AND m.effective_on <= %(as_of)s
  AND (%(known_at)s::timestamptz IS NULL OR m.recorded_at <= %(known_at)s)
  AND (%(known_on)s::date IS NULL OR m.recorded_on <= %(known_on)s)
GROUP BY m.org_unit_id
