-- In: bill, its red bill. Out: the red bill's lines: quantities and amounts with turned signs.
INSERT INTO billing_bill_line (bill_id, line_no, component_id, quantity_e4, price_e10, amount_fen)
SELECT %(red)s, line_no, component_id, -quantity_e4, price_e10, -amount_fen
FROM billing_bill_line WHERE bill_id = %(bill)s
