-- In: a day that nobody may post on any more, the snapshot before it (null: none). Records what
-- remains of each item on that day. Locks: the caller holds posting.
WITH kept AS (
    INSERT INTO receivable_snapshot_item (as_of, open_item_id, kind, source_id, service_account_id,
                                          org_unit_id, category_id, bill_month, due_on,
                                          principal_fen, effective_on, remaining_fen)
    SELECT %(as_of)s, i.* FROM receivable_v_open_items_at(%(as_of)s, NULL, NULL, %(snapshot)s) i
    ORDER BY i.id
    RETURNING remaining_fen
)
INSERT INTO receivable_snapshot (as_of, items, remaining_fen)
SELECT %(as_of)s, count(*), coalesce(sum(remaining_fen), 0) FROM kept
RETURNING items
