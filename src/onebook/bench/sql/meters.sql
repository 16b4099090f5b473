-- In: meter numbers. Out: their ids in the same order.
SELECT i.meter_id AS id FROM unnest(%(numbers)s::text[]) WITH ORDINALITY AS u (number, ord)
JOIN metering_v_installation i ON i.meter_number = u.number ORDER BY u.ord
