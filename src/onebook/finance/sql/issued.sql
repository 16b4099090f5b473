-- In: first month, month after the last, known_at or known_on. Out: by bill month, the bills issued
-- with their usage and amount.
SELECT bill_month, sum(bills)::bigint AS bills, sum(usage_e4)::bigint AS usage_e4,
       sum(total_fen)::bigint AS total_fen
FROM billing_v_batch
WHERE bill_month >= %(since)s AND bill_month < %(until)s
  AND (%(known_at)s::timestamptz IS NULL OR recorded_at <= %(known_at)s)
  AND (%(known_on)s::date IS NULL OR recorded_on <= %(known_on)s)
GROUP BY bill_month
