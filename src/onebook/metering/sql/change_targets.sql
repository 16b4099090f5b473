-- In: meter numbers. Out: a row each in the given order: the meter's latest installation, its policy
-- as 1, 2, 3 (see previous.sql), whether it still stands, and the latest day and bill month of its
-- readings there, else the day of installation and its month before; -1 for no such meter.
-- Locks: none.
SELECT coalesce(i.meter_id, -1) AS meter_id, coalesce(i.id, -1) AS installation_id,
       coalesce(i.metering_point_id, -1) AS metering_point_id,
       coalesce(i.service_account_id, -1) AS service_account_id,
       coalesce(i.org_unit_id, -1) AS org_unit_id, coalesce(i.multiplier, -1) AS multiplier,
       coalesce(i.digits, -1::smallint) AS digits,
       coalesce(array_position(ARRAY['carry', 'half_up', 'exact'], i.usage_policy), -1)::smallint
           AS policy,
       coalesce(upper_inf(i.during), false)::int::smallint AS is_open,
       coalesce(r.read_on, lower(i.during), '-infinity') AS latest_on,
       coalesce(r.bill_month, (date_trunc('month', lower(i.during)) - interval '2 months')::date,
                '-infinity') AS latest_month
FROM unnest(%(numbers)s::text[]) WITH ORDINALITY AS u (number, ord)
LEFT JOIN LATERAL (SELECT v.* FROM metering_v_installation v WHERE v.meter_number = u.number
                   ORDER BY lower(v.during) DESC LIMIT 1) i ON true
LEFT JOIN LATERAL (SELECT max(x.read_on) AS read_on, max(x.bill_month) AS bill_month
                   FROM metering_v_reading x
                   WHERE x.service_account_id = i.service_account_id
                     AND x.meter_id = i.meter_id) r ON true
ORDER BY u.ord
