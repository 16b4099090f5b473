-- In: meters, one bill month, the demand register. Out: a row for each meter (its place in the given
-- order) and further register: the value before (of the latest earlier month, else the
-- installation's), and that recorded for the month itself, -1 for none. Demand starts at zero each
-- month. Meters without further registers cost a look into the index. Locks: none.
WITH u AS MATERIALIZED (
    SELECT m.ord, m.meter_id FROM unnest(%(meters)s::bigint[]) WITH ORDINALITY AS m (meter_id, ord)
    WHERE EXISTS (SELECT FROM metering_register g WHERE g.meter_id = m.meter_id)
), i AS MATERIALIZED (
    SELECT DISTINCT ON (u.ord) u.ord, v.id, v.meter_id, v.service_account_id
    FROM u JOIN metering_v_installation v ON v.meter_id = u.meter_id
    ORDER BY u.ord, v.during @> %(month)s::date DESC, lower(v.during) DESC
)
SELECT i.ord - 1 AS place, g.register,
       CASE WHEN g.register = %(demand)s THEN 0
            ELSE coalesce(p.current_e4, g.initial_e4) END AS previous_e4,
       coalesce(c.current_e4, -1) AS recorded_e4, coalesce(c.previous_e4, -1) AS recorded_previous_e4
FROM i
JOIN metering_register g ON g.installation_id = i.id
LEFT JOIN LATERAL (SELECT q.current_e4 FROM metering_reading r
                   JOIN metering_register_reading q ON q.reading_id = r.id AND q.register = g.register
                   WHERE r.service_account_id = i.service_account_id
                     AND r.meter_id = i.meter_id AND r.bill_month < %(month)s
                   ORDER BY r.bill_month DESC, r.version DESC LIMIT 1) p ON true
LEFT JOIN LATERAL (SELECT q.current_e4, q.previous_e4 FROM metering_reading r
                   JOIN metering_register_reading q ON q.reading_id = r.id AND q.register = g.register
                   WHERE r.meter_id = i.meter_id AND r.bill_month = %(month)s
                   ORDER BY r.version DESC LIMIT 1) c ON true
ORDER BY i.ord, g.register
