-- In: since, until, units (null: all), band, standard (null: all), bounds, known_at or known_on, limit,
-- offset. Out: the bills behind the sums of power factors, the greatest change first. Locks: none.
SELECT f.*, a.number, a.customer_name
FROM billing_v_power_factor f
JOIN billing_batch t ON t.id = f.batch_id
JOIN customer_v_service_account a ON a.id = f.service_account_id
WHERE t.issued_on BETWEEN %(since)s AND %(until)s
  AND (%(units)s::bigint[] IS NULL OR t.org_unit_id = ANY(%(units)s))
  AND (%(standard)s::int IS NULL OR f.pf_standard_bp = %(standard)s)
  AND (%(band)s::int IS NULL OR width_bucket(f.cosine, %(bounds)s::int[]) = %(band)s)
  AND (%(known_at)s::timestamptz IS NULL OR t.recorded_at <= %(known_at)s)
  AND (%(known_on)s::date IS NULL OR t.recorded_on <= %(known_on)s)
ORDER BY abs(f.amount_fen) DESC, f.bill_id
LIMIT %(limit)s OFFSET %(offset)s
