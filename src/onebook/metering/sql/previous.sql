-- In: the least and the greatest meter and all of them (null: whichever lies between), one bill month. Out:
-- a row a meter, by meter: its installation in force that month and the reading before (the latest of an
-- earlier month, however long ago, else the installation's start). Earlier readings are those of the
-- installation's account: a meter that moved starts anew. After an estimate, or a reading below one, the
-- value before is how far the register is billed, and last_read the last value that was read; else both
-- are the same. Locks: none.
WITH i AS MATERIALIZED (
    SELECT DISTINCT ON (v.meter_id) v.*, m.digits
    FROM metering_installation v JOIN metering_meter m ON m.id = v.meter_id
    WHERE v.meter_id BETWEEN %(least)s AND %(greatest)s AND m.id BETWEEN %(least)s AND %(greatest)s
      AND (%(listed)s::bigint[] IS NULL OR v.meter_id = ANY(%(listed)s))
    ORDER BY v.meter_id, v.during @> %(month)s::date DESC, lower(v.during) DESC
)
SELECT i.meter_id, i.service_account_id, i.org_unit_id, i.multiplier, i.digits::smallint AS digits,
       array_position(ARRAY['carry', 'half_up', 'exact'], i.usage_policy)::smallint AS policy,
       coalesce(p.billed_e4, i.initial_e4) AS previous_e4,
       CASE WHEN p.how = 2 THEN coalesce(l.current_e4, i.initial_e4)
            ELSE coalesce(p.current_e4, i.initial_e4) END AS last_read_e4,
       coalesce(p.read_on, lower(i.during)) AS previous_on
FROM i
LEFT JOIN LATERAL (SELECT x.current_e4, x.read_on, x.current_e4 + coalesce(o.credit_e4, 0) AS billed_e4,
                          coalesce(o.how, 0) AS how
                   FROM (SELECT r.id, r.current_e4, r.read_on FROM metering_reading r
                         WHERE r.service_account_id = i.service_account_id
                           AND r.meter_id = i.meter_id AND r.bill_month < %(month)s
                         ORDER BY r.bill_month DESC, r.version DESC LIMIT 1) x
                   LEFT JOIN metering_reading_note o ON o.reading_id = x.id) p ON true
-- Only after an estimate is the last value that was read looked for.
LEFT JOIN LATERAL (SELECT r.current_e4 FROM metering_v_reading r
                   WHERE p.how = 2 AND r.how <> 2 AND r.service_account_id = i.service_account_id
                     AND r.meter_id = i.meter_id AND r.bill_month < %(month)s
                   ORDER BY r.bill_month DESC LIMIT 1) l ON true
ORDER BY i.meter_id
