-- In: first day, day after the last, known_at or known_on. Out: by calendar month, what moved the
-- receivables, each by the document that moved it: bills of that month and of other months, both less
-- red bills; money received, moved receipts among it; prepayment turned into it, less what red bills
-- gave back; the rest. Cost: one pass over the months' documents. Locks: none.
WITH moved AS (
    SELECT effective_on, recorded_at, recorded_on, bill_month,
           -- Bills and what was charged after them (补).
           CASE WHEN kind IN (1, 4) THEN 'issued' ELSE 'other' END AS cause, principal_fen AS fen
    FROM receivable_v_open_item WHERE effective_on >= %(since)s AND effective_on < %(until)s
    UNION ALL
    SELECT s.effective_on, s.recorded_at, s.recorded_on, i.bill_month,
           -- Red bills and refunds (退) are not issued; an offset that a move undid is none.
           CASE WHEN s.source_kind = 2 OR o.source_kind = 2 THEN 'offset'
                WHEN s.source_kind IN (1, 3, 6) THEN 'settled'
                WHEN s.source_kind IN (4, 5) THEN 'issued' ELSE 'other' END,
           CASE WHEN s.source_kind IN (1, 2, 3, 6) THEN s.amount_fen ELSE -s.amount_fen END
    FROM receivable_v_settlement s JOIN receivable_v_open_item i ON i.id = s.open_item_id
    LEFT JOIN receivable_v_settlement o ON o.id = s.reverses_id AND s.source_kind = 6
    WHERE s.effective_on >= %(since)s AND s.effective_on < %(until)s
    UNION ALL
    -- What had been paid of a red bill: it is not issued, and prepayment was not turned.
    SELECT e.effective_on, e.recorded_at, e.recorded_on, t.bill_month, c.cause, -e.amount_fen
    FROM cash_v_prepayment_entry e JOIN billing_v_batch t ON t.id = e.source_id,
         (VALUES ('issued'), ('offset')) AS c (cause)
    WHERE e.source_kind = 'bill_batch'
      AND e.effective_on >= %(since)s AND e.effective_on < %(until)s
)
SELECT m.month::date AS month,
       coalesce(sum(fen) FILTER (WHERE cause = 'issued' AND bill_month = m.month), 0)::bigint
           AS issued_fen,
       coalesce(sum(fen) FILTER (WHERE cause = 'issued' AND bill_month <> m.month), 0)::bigint
           AS issued_earlier_fen,
       coalesce(sum(fen) FILTER (WHERE cause = 'settled'), 0)::bigint AS settled_fen,
       coalesce(sum(fen) FILTER (WHERE cause = 'offset'), 0)::bigint AS offset_fen,
       coalesce(sum(fen) FILTER (WHERE cause = 'other'), 0)::bigint AS other_fen
FROM moved, date_trunc('month', effective_on) AS m (month)
WHERE (%(known_at)s::timestamptz IS NULL OR recorded_at <= %(known_at)s)
  AND (%(known_on)s::date IS NULL OR recorded_on <= %(known_on)s)
GROUP BY 1
