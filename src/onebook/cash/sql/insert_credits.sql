-- In: columns of bank credits of transit items. Out: one row each in cash_transit_credit.
INSERT INTO cash_transit_credit (id, transit_item_id, amount_fen, source_kind, source_id,
                                 journal_id, effective_on)
SELECT * FROM unnest(%(id)s::bigint[], %(transit_item_id)s::bigint[], %(amount_fen)s::bigint[],
                     %(source_kind)s::text[], %(source_id)s::bigint[], %(journal_id)s::bigint[],
                     %(effective_on)s::date[])
