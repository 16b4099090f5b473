-- In: bill. Out: its lines with their components' names, in the tariff's order; `portion_no` is 0 in a
-- bill of one portion. Locks: none.
SELECT l.line_no, l.component_id, c.code, c.name_zh, c.name_en, c.posting_component,
       l.quantity_e4, l.price_e10, l.amount_fen,
       coalesce((SELECT max(p.portion_no) FROM billing_bill_portion p
                 WHERE p.bill_id = l.bill_id AND p.first_line_no <= l.line_no), 0) AS portion_no
FROM billing_bill_line l JOIN tariff_v_component c ON c.id = l.component_id
WHERE l.bill_id = %(bill)s ORDER BY l.line_no
