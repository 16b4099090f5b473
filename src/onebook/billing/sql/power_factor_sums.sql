-- In: since, until, units (null: all), known_at or known_on. Out: one row: the power-factor fee of what was
-- issued on these days from the sums of batches and from adjustments, and its net but for earlier years.
-- Locks: none.
SELECT coalesce(sum(amount_fen) FILTER (WHERE batch_id IS NOT NULL), 0)::bigint AS billed_fen,
       coalesce(sum(amount_fen) FILTER (WHERE adjustment_id IS NOT NULL), 0)::bigint AS adjusted_fen,
       coalesce(sum(net_fen) FILTER (WHERE posting = 'power_factor'), 0)::bigint AS net_fen
FROM billing_v_revenue
WHERE account = 'power_factor' AND issued_on BETWEEN %(since)s AND %(until)s
  AND (%(units)s::bigint[] IS NULL OR org_unit_id = ANY(%(units)s))
  AND (%(known_at)s::timestamptz IS NULL OR recorded_at <= %(known_at)s)
  AND (%(known_on)s::date IS NULL OR recorded_on <= %(known_on)s)
