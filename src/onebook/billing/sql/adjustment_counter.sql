-- In: an adjustment and the counter document that takes it back. Out: the counter's parts, with the sign
-- turned, each between the bill as adjusted and as it was. Locks: none.
INSERT INTO billing_adjustment_part (adjustment_id, bill_id, bill_month, recorded_e4, usage_e4,
                                     before_fen, after_fen)
SELECT %(counter)s, bill_id, bill_month, recorded_e4 + usage_e4, -usage_e4, after_fen, before_fen
FROM billing_adjustment_part WHERE adjustment_id = %(original)s
