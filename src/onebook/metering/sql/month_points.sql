-- In: accounts, the bill month's first day and the next one's. Out: a row a metering point of the
-- accounts, of their main meters and of the parts of those, with the terms in force on the day before
-- its reading (a part without a meter: its main meter's; without a reading: the month's last day),
-- parts in the order in which they come off. Locks: none.
WITH near AS MATERIALIZED (
    SELECT * FROM metering_point_terms
    WHERE during && daterange(%(month)s::date - 31, %(next_month)s::date + 31)
), asked AS MATERIALIZED (
    SELECT id FROM customer_v_metering_point WHERE service_account_id = ANY(%(accounts)s::bigint[])
), mains AS MATERIALIZED (
    SELECT id FROM asked
    UNION SELECT t.master_point_id FROM near t JOIN asked a ON a.id = t.metering_point_id
    WHERE t.master_point_id IS NOT NULL
), found AS MATERIALIZED (
    SELECT id FROM mains
    UNION SELECT t.metering_point_id FROM near t JOIN mains m ON m.id = t.master_point_id
), points AS MATERIALIZED (
    SELECT p.id, p.service_account_id, a.id IS NOT NULL AS is_asked, i.began, i.ended, i.expected
    FROM found f JOIN customer_v_metering_point p ON p.id = f.id
    LEFT JOIN asked a ON a.id = f.id
    LEFT JOIN LATERAL (
        SELECT min(lower(n.during)) AS began,
               CASE WHEN bool_or(upper_inf(n.during)) THEN NULL ELSE max(upper(n.during)) END AS ended,
               bool_or(n.during @> %(month)s::date AND n.during @> %(next_month)s::date - 1) AS expected
        FROM metering_installation n
        WHERE n.service_account_id = p.service_account_id AND n.metering_point_id = p.id) i ON true
), read AS MATERIALIZED (
    SELECT i.metering_point_id, max(r.read_on) AS read_on
    FROM (SELECT DISTINCT service_account_id FROM points) p
    JOIN metering_v_reading r ON r.service_account_id = p.service_account_id
                             AND r.bill_month = %(month)s
    CROSS JOIN LATERAL (SELECT n.metering_point_id FROM metering_installation n
                        WHERE n.meter_id = r.meter_id AND n.service_account_id = r.service_account_id
                        ORDER BY lower(n.during) < r.read_on OR lower(n.during) = r.previous_on DESC,
                                 lower(n.during) DESC LIMIT 1) i
    GROUP BY i.metering_point_id
)
SELECT p.id AS point_id, p.service_account_id, p.is_asked::int::smallint AS is_asked,
       coalesce(p.began, '2000-01-01') AS began, coalesce(p.ended, '9999-01-01') AS ended,
       coalesce(p.expected, false)::int::smallint AS expected,
       coalesce(t.master_point_id, -1) AS master_point_id,
       coalesce(t.mode, 0)::smallint AS mode,
       coalesce(t.transformer_owner, 1)::smallint AS transformer_owner,
       coalesce(t.line_owner, 1)::smallint AS line_owner,
       coalesce(t.line_side, 0)::smallint AS line_side,
       coalesce(t.rated_va, 0) AS rated_va, coalesce(t.iron_w, 0) AS iron_w,
       coalesce(t.copper_w, 0) AS copper_w, coalesce(t.no_load_bp, 0) AS no_load_bp,
       coalesce(t.impedance_bp, 0) AS impedance_bp, coalesce(t.iron_kwh, 0) AS iron_kwh,
       coalesce(t.region_copper_bp, 0) AS region_copper_bp, coalesce(t.iron_k_e4, 0) AS iron_k_e4,
       coalesce(t.copper_k_e4, 0) AS copper_k_e4, coalesce(t.shifts, 3)::smallint AS shifts,
       coalesce(t.line_loss_bp, 0) AS line_loss_bp, coalesce(t.deduction, 0)::smallint AS deduction,
       coalesce(t.ratio_bp, 0) AS ratio_bp, coalesce(t.agreed_e4, 0) AS agreed_e4,
       coalesce(t.take_order, 0)::smallint AS take_order,
       coalesce(t.in_pf_calc, true)::int::smallint AS in_pf_calc,
       coalesce(t.in_pf_fee, true)::int::smallint AS in_pf_fee
FROM points p
LEFT JOIN read own ON own.metering_point_id = p.id
LEFT JOIN LATERAL (
    SELECT n.* FROM near n LEFT JOIN read main ON main.metering_point_id = n.master_point_id
    WHERE n.metering_point_id = p.id
      AND n.during @> coalesce(own.read_on, main.read_on, %(next_month)s::date) - 1
    LIMIT 1) t ON true
ORDER BY coalesce(t.take_order, 0), p.id
