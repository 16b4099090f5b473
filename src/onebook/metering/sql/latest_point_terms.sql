-- In: :points, metering point ids. Out: the terms of each that stand last, and the number of its main
-- metering point. Locks: none.
SELECT DISTINCT ON (t.metering_point_id) t.*, coalesce(m.number, '') AS master_number
FROM metering_v_point_terms t LEFT JOIN customer_v_metering_point m ON m.id = t.master_point_id
WHERE t.metering_point_id = ANY(%(points)s::bigint[])
ORDER BY t.metering_point_id, t.since DESC
