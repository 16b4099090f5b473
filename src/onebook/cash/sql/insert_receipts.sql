-- In: columns of receipts of one file. Out: one row each in cash_receipt.
INSERT INTO cash_receipt (id, external_ref, service_account_id, org_unit_id, amount_fen, payer_name,
                          channel, file_id, effective_on, person_id)
SELECT u.*, %(channel)s, %(file_id)s, %(effective_on)s, %(person_id)s
FROM unnest(%(id)s::bigint[], %(external_ref)s::text[], %(service_account_id)s::bigint[],
            %(org_unit_id)s::bigint[], %(amount_fen)s::bigint[], %(payer_name)s::text[]) AS u
