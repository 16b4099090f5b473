-- In: as_of, known_at or known_on. Out: by org unit, what our bank accounts opened with, from the
-- moment on at which the opening was recorded.
SELECT a.org_unit_id, sum(a.opening_fen)::bigint AS opening_fen
FROM banking_v_account a
LEFT JOIN books_v_journal j ON j.source_kind = 'bank_opening' AND j.source_id = a.id
WHERE a.opening_on <= %(as_of)s
  AND (%(known_at)s::timestamptz IS NULL OR j.recorded_at IS NULL OR j.recorded_at <= %(known_at)s)
  AND (%(known_on)s::date IS NULL OR j.recorded_on IS NULL OR j.recorded_on <= %(known_on)s)
GROUP BY a.org_unit_id
