-- In: transit item. Out: what it is. Locks: none.
SELECT id, kind, source_id, reference, org_unit_id, amount_fen, effective_on
FROM cash_v_transit_item WHERE id = %(item)s
