-- In: payments in order (account, amount), the day they count for. Out: for each payment the items
-- it settles, oldest due first, and how much of each: the overlap of both running sums. What is
-- paid beyond all items is left to the caller. Locks: the caller holds the accounts' lock rows.
WITH payment AS (
    SELECT ord, account, amount,
           sum(amount) OVER (PARTITION BY account ORDER BY ord) - amount AS low,
           sum(amount) OVER (PARTITION BY account ORDER BY ord) AS high
    FROM unnest(%(accounts)s::bigint[], %(amounts)s::bigint[]) WITH ORDINALITY AS u (account, amount, ord)
), owed AS (
    SELECT i.id, i.service_account_id, i.org_unit_id, i.category_id, i.bill_month, r.remaining,
           sum(r.remaining) OVER w - r.remaining AS low, sum(r.remaining) OVER w AS high
    FROM receivable_open_item i
    CROSS JOIN LATERAL (
        -- What is free on that day and on every later one: a settlement undone later still counts.
        SELECT i.principal_fen - coalesce(max(d.settled), 0) AS remaining
        FROM (SELECT sum(sum(s.amount_fen)) OVER (ORDER BY s.effective_on) AS settled,
                     lead(s.effective_on) OVER (ORDER BY s.effective_on) AS until
              FROM receivable_settlement s
              WHERE s.open_item_id = i.id GROUP BY s.effective_on) d
        WHERE d.until IS NULL OR d.until > %(effective_on)s) r
    WHERE i.service_account_id = ANY(%(accounts)s::bigint[]) AND r.remaining > 0
      AND i.effective_on <= %(effective_on)s
    WINDOW w AS (PARTITION BY i.service_account_id ORDER BY i.due_on, i.bill_month, i.id)
)
SELECT (p.ord - 1)::bigint AS payment, o.id AS open_item_id, o.service_account_id, o.org_unit_id,
       o.category_id, o.bill_month,
       (least(p.high, o.high) - greatest(p.low, o.low))::bigint AS amount_fen
FROM payment p JOIN owed o ON o.service_account_id = p.account AND p.low < o.high AND o.low < p.high
ORDER BY p.ord, o.low
