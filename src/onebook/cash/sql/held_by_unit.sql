-- In: as_of, known_at or known_on, units (null: all). Out: a unit's counter cash by its documents:
-- receipts less reversals less remittances. Locks: none.
SELECT org_unit_id, sum(amount_fen)::bigint AS balance_fen
FROM cash_v_counter_movement
WHERE effective_on <= %(as_of)s
  AND (%(known_at)s::timestamptz IS NULL OR recorded_at <= %(known_at)s)
  AND (%(known_on)s::date IS NULL OR recorded_on <= %(known_on)s)
  AND (%(units)s::bigint[] IS NULL OR org_unit_id = ANY(%(units)s))
GROUP BY 1
