-- In: a source document. Out: the service accounts whose items it settled.
SELECT DISTINCT service_account_id FROM receivable_settlement
WHERE source_kind = %(source_kind)s AND source_id = %(source_id)s AND reverses_id IS NULL
