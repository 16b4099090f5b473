-- In: since, until, units (null: all), known_at or known_on. Out: of the bills issued on these days that
-- are held to a power factor, by unit, standard and band of cosφ: bills, P, Q, what was added and what was
-- taken off. Locks: none.
SELECT f.org_unit_id, f.pf_standard_bp, width_bucket(f.cosine, %(bounds)s::int[]) AS band,
       sum(f.bills)::bigint AS bills, sum(f.bills * f.active_e4)::bigint AS active_e4,
       sum(f.bills * f.reactive_e4)::bigint AS reactive_e4,
       coalesce(sum(f.amount_fen) FILTER (WHERE f.amount_fen * f.bills > 0), 0)::bigint AS increase_fen,
       coalesce(sum(f.amount_fen) FILTER (WHERE f.amount_fen * f.bills < 0), 0)::bigint AS decrease_fen
FROM billing_v_power_factor f
JOIN billing_batch t ON t.id = f.batch_id
WHERE t.issued_on BETWEEN %(since)s AND %(until)s
  AND (%(units)s::bigint[] IS NULL OR t.org_unit_id = ANY(%(units)s))
  AND (%(known_at)s::timestamptz IS NULL OR t.recorded_at <= %(known_at)s)
  AND (%(known_on)s::date IS NULL OR t.recorded_on <= %(known_on)s)
GROUP BY 1, 2, 3
ORDER BY 1, 2 DESC, 3 DESC
