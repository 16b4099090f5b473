-- In: an adjustment and columns of its lines. Out: one row each, numbered from 0, by one statement.
-- Locks: none.
INSERT INTO billing_adjustment_line (adjustment_id, line_no, bill_id, bill_month, component_id, label_zh,
                                     unit, quantity_e4, price_e10, amount_fen, net_fen, posting, formula)
SELECT %(adjustment)s, (u.place - 1)::smallint, u.bill_id, u.bill_month, u.component_id, u.label_zh,
       u.unit, u.quantity_e4, u.price_e10, u.amount_fen, u.net_fen, u.posting, u.formula
FROM unnest(%(bill_id)s::bigint[], %(bill_month)s::date[], %(component_id)s::bigint[],
            %(label_zh)s::text[], %(unit)s::text[], %(quantity_e4)s::bigint[], %(price_e10)s::bigint[],
            %(amount_fen)s::bigint[], %(net_fen)s::bigint[], %(posting)s::text[], %(formula)s::text[])
     WITH ORDINALITY AS u (bill_id, bill_month, component_id, label_zh, unit, quantity_e4, price_e10,
                           amount_fen, net_fen, posting, formula, place)
