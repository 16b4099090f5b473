-- In: first day, day after the last, known_at or known_on. Out: by calendar month of the issue, the
-- bills issued with their usage, less those cancelled in it, whatever months they are of.
SELECT date_trunc('month', issued_on)::date AS month, sum(bills)::bigint AS bills,
       sum(usage_e4)::bigint AS usage_e4
FROM billing_v_batch
WHERE issued_on >= %(since)s AND issued_on < %(until)s
  AND (%(known_at)s::timestamptz IS NULL OR recorded_at <= %(known_at)s)
  AND (%(known_on)s::date IS NULL OR recorded_on <= %(known_on)s)
GROUP BY 1
