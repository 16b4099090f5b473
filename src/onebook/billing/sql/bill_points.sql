-- In: bills. Out: how the quantities of their metering points came about, with the numbers of the points
-- and of their main meters; main meters first. Locks: none.
SELECT q.*, p.number, coalesce(m.number, '') AS master_number
FROM billing_bill_point q
JOIN customer_v_metering_point p ON p.id = q.metering_point_id
LEFT JOIN customer_v_metering_point m ON m.id = q.master_point_id
WHERE q.bill_id = ANY(%(bills)s::bigint[])
ORDER BY q.bill_id, q.master_point_id, q.metering_point_id
