-- In: service accounts, as_of, known_at or known_on. Out: their items with principal, settled and
-- remaining on that day, settled ones included, in the order in which money settles them.
-- Cost: the items of these accounts. Locks: none.
SELECT i.*, (%(as_of)s::date - i.due_on) AS days_past_due,
       coalesce(s.settled_fen, 0)::bigint AS settled_fen,
       (i.principal_fen - coalesce(s.settled_fen, 0))::bigint AS remaining_fen
FROM receivable_open_item i
LEFT JOIN LATERAL (
    SELECT sum(amount_fen) AS settled_fen FROM receivable_settlement s
    WHERE s.open_item_id = i.id AND s.effective_on <= %(as_of)s
      AND (%(known_at)s::timestamptz IS NULL OR s.recorded_at <= %(known_at)s)
      AND (%(known_on)s::date IS NULL OR s.recorded_on <= %(known_on)s)
) s ON true
WHERE i.service_account_id = ANY(%(accounts)s::bigint[]) AND i.effective_on <= %(as_of)s
  AND (%(known_at)s::timestamptz IS NULL OR i.recorded_at <= %(known_at)s)
  AND (%(known_on)s::date IS NULL OR i.recorded_on <= %(known_on)s)
ORDER BY i.due_on, i.bill_month, i.id
