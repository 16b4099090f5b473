-- In: service account, as_of, known_at or known_on. Out: its items with principal, settled and
-- remaining on that day, settled ones included.
SELECT i.*, coalesce(s.settled_fen, 0)::bigint AS settled_fen,
       (i.principal_fen - coalesce(s.settled_fen, 0))::bigint AS remaining_fen
FROM receivable_open_item i
LEFT JOIN LATERAL (
    SELECT sum(amount_fen) AS settled_fen FROM receivable_settlement s
    WHERE s.open_item_id = i.id AND s.effective_on <= %(as_of)s
      AND (%(known_at)s::timestamptz IS NULL OR s.recorded_at <= %(known_at)s)
      AND (%(known_on)s::date IS NULL OR s.recorded_on <= %(known_on)s)
) s ON true
WHERE i.service_account_id = %(account)s AND i.effective_on <= %(as_of)s
  AND (%(known_at)s::timestamptz IS NULL OR i.recorded_at <= %(known_at)s)
  AND (%(known_on)s::date IS NULL OR i.recorded_on <= %(known_on)s)
ORDER BY i.due_on, i.id
