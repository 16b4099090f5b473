-- In: columns of prepayment movements of one journal. Out: one row each.
INSERT INTO cash_prepayment_entry (id, service_account_id, org_unit_id, amount_fen, source_id,
                                   source_kind, journal_id, effective_on)
SELECT u.*, %(source_kind)s, %(journal_id)s, %(effective_on)s
FROM unnest(%(id)s::bigint[], %(service_account_id)s::bigint[], %(org_unit_id)s::bigint[],
            %(amount_fen)s::bigint[], %(source_id)s::bigint[]) AS u
