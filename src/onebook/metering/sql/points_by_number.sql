-- In: :numbers. Out: the metering points of these numbers, whether each is a part of a main meter by
-- its terms that stand last, and whether others hang on it. Locks: none.
SELECT p.id, p.number,
       coalesce((SELECT t.master_point_id IS NOT NULL FROM metering_v_point_terms t
                 WHERE t.metering_point_id = p.id ORDER BY t.since DESC LIMIT 1), false) AS is_part,
       EXISTS (SELECT FROM metering_v_point_terms t
               WHERE t.master_point_id = p.id AND t.until IS NULL) AS is_main
FROM customer_v_metering_point p WHERE p.number = ANY(%(numbers)s::text[])
