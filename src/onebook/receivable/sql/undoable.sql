-- In: a source document. Out: its settlements that are not undone yet. Locks: the caller holds the
-- accounts' lock rows.
SELECT s.id FROM receivable_settlement s
WHERE s.source_kind = %(source_kind)s AND s.source_id = %(source_id)s AND s.reverses_id IS NULL
  AND NOT EXISTS (SELECT FROM receivable_settlement u
                  WHERE u.open_item_id = s.open_item_id AND u.reverses_id = s.id)
