-- In: bill. Out: its lines with their components' names, in the tariff's order.
SELECT l.line_no, l.component_id, c.code, c.name_zh, c.name_en, c.posting_component,
       l.quantity_e4, l.price_e10, l.amount_fen
FROM billing_bill_line l JOIN tariff_v_component c ON c.id = l.component_id
WHERE l.bill_id = %(bill)s ORDER BY l.line_no
