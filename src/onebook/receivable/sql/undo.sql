-- In: settlements, the document that undoes them, its journal, as many fresh ids, the day. Out: the mirror
-- image of each, with its item's dimensions, never earlier than what it undoes. Locks: the caller
-- holds the accounts' lock rows.
WITH undone AS (
    INSERT INTO receivable_settlement (id, open_item_id, service_account_id, amount_fen, source_kind,
        source_id, policy_id, reverses_id, journal_id, effective_on)
    SELECT u.fresh, s.open_item_id, s.service_account_id, -s.amount_fen, %(undo_kind)s,
           %(undo_source)s, s.policy_id, s.id, %(journal)s,
           greatest(s.effective_on, %(effective_on)s::date)
    FROM unnest(%(settlements)s::bigint[], %(ids)s::bigint[]) AS u (settlement, fresh)
    JOIN receivable_settlement s ON s.id = u.settlement
    RETURNING open_item_id, service_account_id, amount_fen
)
SELECT u.open_item_id, u.service_account_id, i.org_unit_id, i.category_id, i.bill_month,
       u.amount_fen
FROM undone u JOIN receivable_open_item i ON i.id = u.open_item_id
