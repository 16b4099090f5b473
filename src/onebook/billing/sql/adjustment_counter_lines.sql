-- In: an adjustment and the counter document that takes it back. Out: the counter's lines, the mirror
-- image of the adjustment's. Locks: none.
INSERT INTO billing_adjustment_line (adjustment_id, line_no, bill_id, bill_month, component_id, label_zh,
                                     unit, quantity_e4, price_e10, amount_fen, net_fen, posting, formula)
SELECT %(counter)s, line_no, bill_id, bill_month, component_id, label_zh, unit, -quantity_e4, price_e10,
       -amount_fen, -net_fen, posting, format('-(%%s)', formula)
FROM billing_adjustment_line WHERE adjustment_id = %(original)s
