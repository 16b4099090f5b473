-- In: as_of. Out: by org unit, what our bank accounts opened with.
SELECT org_unit_id, sum(opening_fen)::bigint AS opening_fen FROM banking_v_account
WHERE opening_on <= %(as_of)s GROUP BY org_unit_id
