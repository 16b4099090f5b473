-- In: a source document, the document that undoes it, its journal, fresh ids, the day. Out: the fen
-- owed again; the mirror image of each settlement not undone yet, never earlier than what it undoes.
-- Locks: the caller holds the accounts' lock rows.
WITH undoable AS (
    SELECT s.*, row_number() OVER (ORDER BY s.id) AS ord FROM receivable_settlement s
    WHERE s.source_kind = %(source_kind)s AND s.source_id = %(source_id)s AND s.reverses_id IS NULL
      AND NOT EXISTS (SELECT FROM receivable_settlement u
                      WHERE u.open_item_id = s.open_item_id AND u.reverses_id = s.id)
), undone AS (
    INSERT INTO receivable_settlement (id, open_item_id, service_account_id, amount_fen, source_kind,
        source_id, policy_id, reverses_id, journal_id, effective_on)
    SELECT (%(ids)s::bigint[])[ord], open_item_id, service_account_id, -amount_fen, %(undo_kind)s,
           %(undo_source)s, policy_id, id, %(journal)s,
           greatest(effective_on, %(effective_on)s::date)
    FROM undoable RETURNING amount_fen
)
SELECT coalesce(-sum(amount_fen), 0)::bigint AS amount_fen FROM undone
