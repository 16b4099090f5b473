-- In: an adjustment and columns of its parts. Out: one row each, by one statement. Locks: none.
INSERT INTO billing_adjustment_part (adjustment_id, bill_id, bill_month, recorded_e4, usage_e4,
                                     before_fen, after_fen)
SELECT %(adjustment)s, * FROM unnest(%(bill_id)s::bigint[], %(bill_month)s::date[],
    %(recorded_e4)s::bigint[], %(usage_e4)s::bigint[], %(before_fen)s::bigint[],
    %(after_fen)s::bigint[])
