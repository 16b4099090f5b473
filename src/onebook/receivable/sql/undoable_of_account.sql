-- In: a service account, a kind of source document, the day. Out: the account's settlements by such
-- documents up to the day that are not undone yet, newest first. Locks: the caller holds its lock row.
SELECT s.id, s.amount_fen
FROM receivable_open_item i JOIN receivable_settlement s ON s.open_item_id = i.id
WHERE i.service_account_id = %(account)s AND s.source_kind = %(source_kind)s
  AND s.reverses_id IS NULL AND s.effective_on <= %(effective_on)s
  AND NOT EXISTS (SELECT FROM receivable_settlement u
                  WHERE u.open_item_id = s.open_item_id AND u.reverses_id = s.id)
ORDER BY s.effective_on DESC, s.id DESC
