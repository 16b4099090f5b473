-- In: bills. Out: their lines with the component's version, position and names, in the bill's order.
-- Locks: none.
SELECT l.bill_id, l.line_no, l.quantity_e4, l.price_e10, l.amount_fen,
       c.version_id, c.position, c.name_zh, c.name_en
FROM billing_bill_line l JOIN tariff_v_component c ON c.id = l.component_id
WHERE l.bill_id = ANY(%(bills)s::bigint[]) ORDER BY l.bill_id, l.line_no
