-- In: an adjustment. Out: its lines with the names of their components, in their order. Locks: none.
SELECT l.*, c.name_zh, c.name_en FROM billing_adjustment_line l
JOIN tariff_v_component c ON c.id = l.component_id
WHERE l.adjustment_id = %(adjustment)s ORDER BY l.line_no
