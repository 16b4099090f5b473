-- In: first day, day after the last, known_at or known_on, units (null: all), limit, offset. Out: the
-- receipts of these days, and those taken back in them below zero, by day; `total_fen` is the sum of
-- all of them, whatever the limit. Locks: none.
SELECT m.effective_on, m.receipt_id, r.external_ref, a.number, a.customer_name, r.channel,
       r.org_unit_id, (m.sign * r.amount_fen)::bigint AS amount_fen,
       (sum(m.sign * r.amount_fen) OVER ())::bigint AS total_fen
FROM (SELECT id AS receipt_id, effective_on, recorded_on, recorded_at, 1 AS sign FROM cash_v_receipt
      UNION ALL
      SELECT receipt_id, effective_on, recorded_on, recorded_at, -1
      FROM cash_v_receipt_reversal) m
JOIN cash_v_receipt r ON r.id = m.receipt_id
LEFT JOIN customer_v_service_account a ON a.id = r.service_account_id
WHERE m.effective_on >= %(since)s AND m.effective_on < %(until)s
  AND (%(known_at)s::timestamptz IS NULL OR m.recorded_at <= %(known_at)s)
  AND (%(known_on)s::date IS NULL OR m.recorded_on <= %(known_on)s)
  AND (%(units)s::bigint[] IS NULL OR r.org_unit_id = ANY(%(units)s))
ORDER BY m.effective_on, m.receipt_id, m.sign DESC
LIMIT %(limit)s OFFSET %(offset)s
