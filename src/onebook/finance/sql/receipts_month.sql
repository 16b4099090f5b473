-- In: first day, day after the last, first day of the bill month, of the year, known_at or known_on,
-- units (null: all). Out: by org unit and channel, receipts less those taken back in the period, and
-- what they settled: bills of the month, of the year before it, of earlier years; and what they
-- prepaid. A move of a receipt in the period is no receipt and changes what was settled and prepaid;
-- the offsets that it undid are none of the receipt's.
WITH given AS (
    SELECT id, id AS receipt_id, effective_on, recorded_on, recorded_at, 1 AS receipts
    FROM cash_v_receipt
    UNION ALL
    SELECT id, receipt_id, effective_on, recorded_on, recorded_at, -1 FROM cash_v_receipt_reversal
    UNION ALL
    SELECT id, receipt_id, effective_on, recorded_on, recorded_at, 0 FROM cash_v_receipt_move
), counted AS (
    SELECT r.id, g.receipts, g.id AS source_id, r.org_unit_id, r.channel,
           g.receipts * r.amount_fen AS amount_fen
    FROM given g JOIN cash_v_receipt r ON r.id = g.receipt_id
    WHERE g.effective_on >= %(since)s AND g.effective_on < %(until)s
      AND (%(known_at)s::timestamptz IS NULL OR g.recorded_at <= %(known_at)s)
      AND (%(known_on)s::date IS NULL OR g.recorded_on <= %(known_on)s)
      AND (%(units)s::bigint[] IS NULL OR r.org_unit_id = ANY(%(units)s))
), settled AS (
    SELECT CASE s.source_kind WHEN 1 THEN 1 WHEN 6 THEN 0 ELSE -1 END AS receipts, s.source_id,
           sum(s.amount_fen) FILTER (WHERE i.bill_month >= %(month)s) AS month_fen,
           sum(s.amount_fen) FILTER (WHERE i.bill_month < %(month)s AND i.bill_month >= %(year)s)
               AS year_fen,
           sum(s.amount_fen) FILTER (WHERE i.bill_month < %(year)s) AS prior_fen
    FROM receivable_v_settlement s JOIN receivable_v_open_item i ON i.id = s.open_item_id
    LEFT JOIN receivable_v_settlement o
      ON o.open_item_id = s.open_item_id AND o.id = s.reverses_id AND o.source_kind = 2
    WHERE s.source_kind IN (1, 3, 6) AND o.id IS NULL AND s.effective_on >= %(since)s
      AND (s.source_kind, s.source_id)
          IN (SELECT CASE receipts WHEN 1 THEN 1 WHEN 0 THEN 6 ELSE 3 END, source_id FROM counted)
    GROUP BY 1, 2
), prepaid AS (
    SELECT CASE source_kind WHEN 'receipt' THEN 1 WHEN 'receipt_move' THEN 0 ELSE -1 END
               AS receipts, source_id, sum(amount_fen) AS fen
    FROM cash_v_prepayment_entry
    WHERE source_kind IN ('receipt', 'receipt_reversal', 'receipt_move')
      AND effective_on >= %(since)s
    GROUP BY 1, 2
)
SELECT c.org_unit_id, c.channel, sum(c.receipts)::bigint AS receipts,
       coalesce(sum(s.month_fen), 0)::bigint AS month_fen,
       coalesce(sum(s.year_fen), 0)::bigint AS year_fen,
       coalesce(sum(s.prior_fen), 0)::bigint AS prior_years_fen,
       coalesce(sum(p.fen), 0)::bigint AS prepaid_fen, sum(c.amount_fen)::bigint AS amount_fen
FROM counted c
LEFT JOIN settled s USING (receipts, source_id)
LEFT JOIN prepaid p USING (receipts, source_id)
GROUP BY c.org_unit_id, c.channel
ORDER BY c.org_unit_id, c.channel
