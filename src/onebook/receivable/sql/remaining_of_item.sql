-- In: open item, a day. Out: what of it is free on that day and on every later one: a settlement undone
-- later still counts. Locks: the caller holds the account's lock row.
SELECT (i.principal_fen - coalesce(max(d.settled), 0))::bigint AS remaining_fen
FROM receivable_open_item i
LEFT JOIN LATERAL (
    SELECT sum(sum(s.amount_fen)) OVER (ORDER BY s.effective_on) AS settled,
           lead(s.effective_on) OVER (ORDER BY s.effective_on) AS until
    FROM receivable_settlement s WHERE s.open_item_id = i.id GROUP BY s.effective_on
) d ON d.until IS NULL OR d.until > %(effective_on)s
WHERE i.id = %(item)s
GROUP BY i.id
