-- In: first day, day after the last, known_at or known_on, units. Out: receipts less reversals a
-- unit and calendar month, counted on the day each counts for. Locks: none.
SELECT org_unit_id, date_trunc('month', effective_on)::date AS month, sum(amount_fen)::bigint AS amount_fen, sum(receipts)::bigint AS receipts
FROM (
    SELECT org_unit_id, effective_on, amount_fen, 1 AS receipts FROM cash_receipt
    WHERE effective_on >= %(since)s AND effective_on < %(until)s
      AND (%(known_at)s::timestamptz IS NULL OR recorded_at <= %(known_at)s)
      AND (%(known_on)s::date IS NULL OR recorded_on <= %(known_on)s)
    UNION ALL
    SELECT r.org_unit_id, v.effective_on, -r.amount_fen, -1 FROM cash_receipt_reversal v
    JOIN cash_receipt r ON r.id = v.receipt_id
    WHERE v.effective_on >= %(since)s AND v.effective_on < %(until)s
      AND (%(known_at)s::timestamptz IS NULL OR v.recorded_at <= %(known_at)s)
      AND (%(known_on)s::date IS NULL OR v.recorded_on <= %(known_on)s)
) m
WHERE %(units)s::bigint[] IS NULL OR org_unit_id = ANY(%(units)s)
GROUP BY 1, 2
