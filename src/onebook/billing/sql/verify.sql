-- In: org unit, month, person, the rules that nobody can release, the accounts to look at (null: all of
-- the unit; those left out have nothing to find and no exceptions), and columns of the accounts whose
-- metering points have terms or tariffs: P and Q (-1: not measured), the greatest loss in hundredths
-- of a percent of what was metered (-1: none), whether parts exceed their main meter, the kWh of both.
-- Out: rows what, rule, n: `found` and `reopened` by rule, and `cleared`.
-- Records new hits, clears those whose cause is gone, reopens those whose cause is back. Locks: none.
WITH in_force AS MATERIALIZED (
    SELECT r.id, r.service_account_id, r.meter_id, r.usage_e4, r.status, r.previous_e4,
           r.current_e4, r.multiplier, r.previous_on, r.read_on, b.bill_id,
           CASE WHEN b.bill_id IS NULL THEN false
                ELSE b.names_it OR (SELECT count(*) FROM billing_bill_reading o
                                    WHERE o.reading_id = r.id AND o.bill_id = b.bill_id) > 0
           END AS is_billed
    FROM metering_v_reading r
    -- The standing bill. A look-up an account, which costs the same however many units and months are billed. Compared
    -- as pairs, so that no index but that of accounts and months serves: statistics from before the
    -- month would make the index of months look empty.
    CROSS JOIN LATERAL (
        SELECT max(b.id) AS bill_id, bool_or(b.reading_id = r.id) AS names_it
        FROM billing_bill b
        WHERE b.service_account_id = r.service_account_id
          AND (b.service_account_id, b.bill_month) >= (r.service_account_id, %(month)s)
          AND (b.service_account_id, b.bill_month) <= (r.service_account_id, %(month)s)
          AND b.reverses_bill_id IS NULL
          AND NOT EXISTS (SELECT FROM billing_bill x WHERE x.reverses_bill_id = b.id)
    ) b
    WHERE r.bill_month = %(month)s AND r.org_unit_id = %(org_unit)s
      AND (%(accounts)s::bigint[] IS NULL OR r.service_account_id = ANY(%(accounts)s))
), history AS MATERIALIZED (
    SELECT service_account_id, sum(usage_e4) AS usage_e4, max(bill_month) AS last_month,
           bool_or(bill_month = (%(month)s::date - interval '1 month')::date)::int
         + bool_or(bill_month = (%(month)s::date - interval '2 months')::date)::int
         + bool_or(bill_month = (%(month)s::date - interval '3 months')::date)::int AS months
    FROM metering_v_reading
    WHERE org_unit_id = %(org_unit)s AND bill_month < %(month)s
      AND bill_month >= %(month)s::date - interval '3 months' AND status < 2
      AND (%(accounts)s::bigint[] IS NULL OR service_account_id = ANY(%(accounts)s))
    GROUP BY service_account_id
), account AS MATERIALIZED (
    SELECT u.*, a.category_id, a.opened_on, a.closed_on, a.capacity_kva, h.months,
           (h.usage_e4 / h.months)::bigint AS mean_e4,
           ((extract(year FROM %(month)s::date) - extract(year FROM h.last_month)) * 12
            + extract(month FROM %(month)s::date) - extract(month FROM h.last_month))::int AS span
    FROM (SELECT service_account_id, max(id) AS id, sum(usage_e4)::bigint AS usage_e4,
                 max(status) < 2 AS is_billable, max(read_on) - min(previous_on) AS days,
                 max(bill_id) AS bill_id, count(bill_id) > 0 AS has_bill
          FROM in_force WHERE NOT is_billed GROUP BY service_account_id) u
    JOIN customer_v_service_account a ON a.id = u.service_account_id
    LEFT JOIN history h ON h.service_account_id = u.service_account_id
), pending AS MATERIALIZED (
    -- Corrections of issued months, and tickets that nobody has checked yet.
    SELECT DISTINCT ON (service_account_id) service_account_id, found
    FROM (SELECT service_account_id, to_char(bill_month, 'YYYYMM') || '-' || bill_id AS found
          FROM billing_v_open_correction
          WHERE org_unit_id = %(org_unit)s AND bill_month < %(month)s
          UNION ALL
          SELECT service_account_id, 'T' || id FROM billing_v_ticket
          WHERE org_unit_id = %(org_unit)s AND state = 'open') p
    ORDER BY service_account_id, found
), parameter AS MATERIALIZED (
    SELECT c.category_id,
           billing_threshold_on('R04', 'change_percent', c.category_id, %(month)s) AS change_percent,
           billing_threshold_on('R04', 'floor_e4', c.category_id, %(month)s) AS floor_e4,
           billing_threshold_on('R05', 'hours', c.category_id, %(month)s) AS hours,
           billing_threshold_on('R06', 'tolerance_e6', c.category_id, %(month)s) AS tolerance_e6,
           billing_threshold_on('R06', 'digit_e4', c.category_id, %(month)s) AS digit_e4,
           billing_threshold_on('R08', 'cos_lowest_e4', c.category_id, %(month)s) AS cos_lowest_e4,
           billing_threshold_on('R08', 'cos_highest_e4', c.category_id, %(month)s) AS cos_highest_e4,
           billing_threshold_on('R11', 'two_part_above_kva', c.category_id, %(month)s)
               AS two_part_above_kva,
           billing_threshold_on('R11', 'pf_from_kva', c.category_id, %(month)s) AS pf_from_kva,
           billing_threshold_on('R12', 'over_percent', c.category_id, %(month)s) AS over_percent,
           billing_threshold_on('R12', 'least_percent', c.category_id, %(month)s) AS least_percent,
           billing_threshold_on('R14', 'persons_least', c.category_id, %(month)s) AS persons_least,
           billing_threshold_on('R14', 'renewed_months', c.category_id, %(month)s) AS renewed_months,
           billing_threshold_on('R16', 'loss_lowest_bp', c.category_id, %(month)s) AS loss_lowest_bp,
           billing_threshold_on('R16', 'loss_highest_bp', c.category_id, %(month)s)
               AS loss_highest_bp,
           billing_threshold_on('R17', 'days_lowest', c.category_id, %(month)s) AS days_lowest,
           billing_threshold_on('R17', 'days_highest', c.category_id, %(month)s) AS days_highest,
           billing_threshold_on('R19', 'opened_days', c.category_id, %(month)s) AS opened_days
    FROM (SELECT DISTINCT category_id FROM account) c
), register AS MATERIALIZED (
    -- The further registers of each reading. Few readings have any.
    SELECT f.id, f.service_account_id, f.usage_e4,
           sum(g.usage_e4) FILTER (WHERE g.register BETWEEN 1 AND 5)::bigint AS periods_e4,
           coalesce(bool_or(g.register = 3), false) AS has_flat,
           count(*) FILTER (WHERE g.register BETWEEN 1 AND 5) + 1 AS counted,
           max(f.multiplier) AS multiplier,
           sum(abs(g.usage_e4)) FILTER (WHERE g.register IN (6, 7))::bigint AS reactive_e4,
           max(g.usage_e4) FILTER (WHERE g.register = 8) AS demand_e4,
           min(g.previous_e4) FILTER (WHERE g.status = 2) AS previous_e4,
           min(g.current_e4) FILTER (WHERE g.status = 2) AS current_e4
    FROM in_force f
    JOIN metering_v_register g ON g.reading_id = f.id
    WHERE NOT f.is_billed GROUP BY f.id, f.service_account_id, f.usage_e4
), measured AS MATERIALIZED (
    SELECT * FROM unnest(%(measured)s::bigint[], %(active_e4)s::bigint[], %(reactive_e4)s::bigint[],
                         %(loss_bp)s::bigint[], %(exceeded)s::boolean[], %(main_e4)s::bigint[],
                         %(parts_e4)s::bigint[])
        AS u (service_account_id, active_e4, reactive_e4, loss_bp, exceeded, main_e4, parts_e4)
), terms AS MATERIALIZED (
    -- The contract terms in force last in the month, with the tariff and the account's registers.
    SELECT DISTINCT ON (a.service_account_id) a.id, a.service_account_id, a.usage_e4, a.category_id,
           coalesce(p.active_e4, a.usage_e4) AS active_e4, t.running_e4, t.contract_e4,
           t.demand_mode, t.contract_demand_e4, t.pf_standard_bp, t.persons,
           t.extra_quota_e4_month, t.since,
           CASE WHEN p.reactive_e4 IS NULL THEN r.reactive_e4
                ELSE nullif(p.reactive_e4, -1) END AS reactive_e4, r.demand_e4, v.tariff_code,
           v.by_capacity, v.by_demand
    FROM account a
    JOIN customer_v_terms t ON t.service_account_id = a.service_account_id
     AND t.during && daterange(%(month)s::date, (%(month)s::date + interval '1 month')::date)
    LEFT JOIN measured p ON p.service_account_id = a.service_account_id
    LEFT JOIN (SELECT service_account_id, sum(reactive_e4)::bigint AS reactive_e4,
                      max(demand_e4) AS demand_e4 FROM register GROUP BY 1) r
      ON r.service_account_id = a.service_account_id
    LEFT JOIN LATERAL (
        SELECT s.tariff_code,
               EXISTS (SELECT FROM tariff_v_component c WHERE c.version_id = s.version_id
                         AND c.posting_component = 'capacity') AS by_capacity,
               EXISTS (SELECT FROM tariff_v_component c WHERE c.version_id = s.version_id
                         AND c.posting_component = 'demand') AS by_demand
        FROM tariff_v_assignment s
        WHERE s.service_account_id = a.service_account_id
          AND NOT isempty(s.during * s.version_during * daterange(
              %(month)s::date, (%(month)s::date + interval '1 month')::date))
        ORDER BY lower(s.during) DESC, lower(s.version_during) DESC LIMIT 1) v ON true
    WHERE NOT a.has_bill
    ORDER BY a.service_account_id, t.since DESC
), cosine AS MATERIALIZED (
    SELECT t.*, round(t.active_e4 / sqrt(t.active_e4::numeric * t.active_e4
                                         + t.reactive_e4::numeric * t.reactive_e4), 2) AS cosine
    FROM terms t WHERE t.pf_standard_bp > 0 AND t.active_e4 > 0
), hit AS MATERIALIZED (
    SELECT f.id, f.service_account_id, f.usage_e4, 'R01' AS rule,
           '>= ' || trim_scale(f.previous_e4 / 10000.0) AS expected,
           trim_scale(f.current_e4 / 10000.0)::text AS found
    FROM in_force f WHERE NOT f.is_billed AND f.status = 2
    UNION ALL
    SELECT r.id, r.service_account_id, r.usage_e4, 'R01',
           '>= ' || trim_scale(r.previous_e4 / 10000.0), trim_scale(r.current_e4 / 10000.0)::text
    FROM register r JOIN in_force f ON f.id = r.id
    WHERE r.previous_e4 IS NOT NULL AND f.status <> 2
    UNION ALL
    -- 10^15: the kernel's bound, beyond which no step would be exact
    SELECT f.id, f.service_account_id, f.usage_e4, 'R02', '>= 0 kWh',
           trim_scale(f.current_e4 / 10000.0) || ' (' || trim_scale(f.usage_e4 / 10000.0) || ' kWh)'
    FROM in_force f
    WHERE NOT f.is_billed
      AND (f.status = 3 OR (f.status < 2 AND f.usage_e4 NOT BETWEEN 0 AND 1000000000000000))
    UNION ALL
    SELECT id, service_account_id, usage_e4, 'R03', trim_scale(mean_e4 / 10000.0) || ' kWh', '0 kWh'
    FROM account WHERE is_billable AND NOT has_bill AND usage_e4 = 0 AND mean_e4 > 0
    UNION ALL
    SELECT a.id, a.service_account_id, a.usage_e4, 'R04', trim_scale(a.mean_e4 / 10000.0) || ' kWh',
           trim_scale(a.usage_e4 / 10000.0) || ' kWh'
    FROM account a JOIN parameter p ON p.category_id = a.category_id
    WHERE a.is_billable AND NOT a.has_bill AND a.usage_e4 <> 0
      AND abs(a.usage_e4 - a.mean_e4) > p.floor_e4
      AND abs(a.usage_e4 - a.mean_e4)::numeric * 100 > a.mean_e4::numeric * p.change_percent
    UNION ALL
    SELECT f.id, f.service_account_id, f.usage_e4, 'R09',
           coalesce((SELECT i.multiplier::text FROM metering_v_installation i
                     WHERE i.meter_id = f.meter_id AND i.service_account_id = f.service_account_id
                     ORDER BY lower(i.during) DESC LIMIT 1), ''),
           f.multiplier::text
    FROM in_force f
    WHERE NOT f.is_billed AND NOT EXISTS (
        SELECT FROM metering_v_installation i
        WHERE i.service_account_id = f.service_account_id AND i.meter_id = f.meter_id
          AND i.multiplier = f.multiplier
          AND i.during && daterange(least(f.previous_on, f.read_on), f.read_on, '[]'))
    UNION ALL
    -- A first period may be of any length, and a last one may be short.
    SELECT a.id, a.service_account_id, a.usage_e4, 'R17',
           (p.days_lowest * a.span) || '–' || (p.days_highest * a.span), a.days::text
    FROM account a JOIN parameter p ON p.category_id = a.category_id
    WHERE NOT a.has_bill AND a.months > 0
      AND (a.days > p.days_highest * a.span
           OR (a.days < p.days_lowest * a.span AND coalesce(a.closed_on, 'infinity')
               >= (%(month)s::date + interval '1 month')::date))
    UNION ALL
    -- In the first month that a unit bills here, only what was opened lately is new.
    SELECT a.id, a.service_account_id, a.usage_e4, 'R19', '', a.opened_on::text
    FROM account a JOIN parameter p ON p.category_id = a.category_id
    -- CASE, so that earlier bills are looked up for those alone that may be new.
    WHERE NOT a.has_bill
      AND CASE WHEN a.opened_on > %(month)s::date - p.opened_days::int
                 OR (a.months IS NULL AND EXISTS (
                     SELECT FROM billing_batch t
                     WHERE t.org_unit_id = %(org_unit)s AND t.bill_month < %(month)s))
               THEN (SELECT count(*) FROM billing_bill b
                     WHERE b.service_account_id = a.service_account_id
                       AND b.bill_month < %(month)s) = 0 END
    UNION ALL
    SELECT a.id, a.service_account_id, a.usage_e4, 'R05',
           '<= ' || a.capacity_kva * p.hours || ' kWh', trim_scale(a.usage_e4 / 10000.0) || ' kWh'
    FROM account a JOIN parameter p ON p.category_id = a.category_id
    WHERE a.is_billable AND NOT a.has_bill AND a.capacity_kva > 0
      AND a.usage_e4 > a.capacity_kva::numeric * p.hours * 10000
    UNION ALL
    -- Without a flat register flat is what the total leaves, so that only more than it is wrong.
    SELECT r.id, r.service_account_id, r.usage_e4, 'R06',
           trim_scale(r.usage_e4 / 10000.0) || ' kWh', trim_scale(r.periods_e4 / 10000.0) || ' kWh'
    FROM register r
    JOIN account a ON a.service_account_id = r.service_account_id
    JOIN parameter p ON p.category_id = a.category_id
    CROSS JOIN LATERAL (SELECT CASE WHEN r.has_flat THEN abs(r.periods_e4 - r.usage_e4)
                                    ELSE greatest(r.periods_e4 - r.usage_e4, 0) END AS off_e4) d
    WHERE NOT a.has_bill AND d.off_e4::numeric * 1000000 > abs(r.usage_e4)::numeric * p.tolerance_e6
      AND d.off_e4 > r.counted * (r.multiplier * p.digit_e4 + 10000)
    UNION ALL
    SELECT a.id, a.service_account_id, a.usage_e4, 'R07',
           '>= ' || trim_scale(m.parts_e4 / 10000.0) || ' kWh',
           trim_scale(m.main_e4 / 10000.0) || ' kWh'
    FROM account a JOIN measured m ON m.service_account_id = a.service_account_id
    WHERE NOT a.has_bill AND m.exceeded
    UNION ALL
    SELECT a.id, a.service_account_id, a.usage_e4, 'R16',
           round(p.loss_lowest_bp / 100.0, 2) || '–' || round(p.loss_highest_bp / 100.0, 2) || ' %%',
           round(m.loss_bp / 100.0, 2) || ' %%'
    FROM account a JOIN measured m ON m.service_account_id = a.service_account_id
    JOIN parameter p ON p.category_id = a.category_id
    WHERE NOT a.has_bill AND m.loss_bp >= 0
      AND m.loss_bp NOT BETWEEN p.loss_lowest_bp AND p.loss_highest_bp
    UNION ALL
    SELECT c.id, c.service_account_id, c.usage_e4, 'R08',
           round(p.cos_lowest_e4 / 10000.0, 2) || '–' || round(p.cos_highest_e4 / 10000.0, 2),
           coalesce(c.cosine::text, '—')
    FROM cosine c JOIN parameter p ON p.category_id = c.category_id
    WHERE c.cosine IS NULL OR c.cosine * 10000 NOT BETWEEN p.cos_lowest_e4 AND p.cos_highest_e4
    UNION ALL
    SELECT a.id, a.service_account_id, a.usage_e4, 'R10', w.category, min(t.tariff_code)
    FROM account a
    JOIN (VALUES (1, 'residential'), (2, 'residential'), (3, 'business'), (4, 'business'),
                 (5, 'agriculture')) AS w (category_id, category) ON w.category_id = a.category_id
    JOIN tariff_v_assignment t ON t.service_account_id = a.service_account_id
     AND t.category <> w.category
     AND t.category IN ('residential', 'business', 'agriculture')
     -- The first condition follows from the second; it is checked once a version.
     AND t.version_during && daterange(
         %(month)s::date, (%(month)s::date + interval '1 month')::date)
     AND NOT isempty(t.during * t.version_during * daterange(
         %(month)s::date, (%(month)s::date + interval '1 month')::date))
    WHERE NOT a.has_bill
    GROUP BY a.id, a.service_account_id, a.usage_e4, w.category
    UNION ALL
    SELECT * FROM (
        SELECT t.id, t.service_account_id, t.usage_e4, 'R11' AS rule,
               CASE WHEN t.demand_mode > 0 AND t.contract_e4 <= p.two_part_above_kva * 10000
                    THEN '> ' || p.two_part_above_kva || ' kVA'
                    WHEN (t.demand_mode = 1) <> t.by_capacity OR (t.demand_mode > 1) <> t.by_demand
                    THEN (ARRAY['单一制', '按容量', '按合同需量', '按实际需量'])[t.demand_mode + 1]
                    WHEN t.pf_standard_bp = 0 AND t.category_id > 2
                     AND t.contract_e4 >= p.pf_from_kva * 10000 THEN 'cosφ'
               END AS expected,
               CASE WHEN t.demand_mode > 0 AND t.contract_e4 <= p.two_part_above_kva * 10000
                    THEN trim_scale(t.contract_e4 / 10000.0) || ' kVA'
                    WHEN (t.demand_mode = 1) <> t.by_capacity OR (t.demand_mode > 1) <> t.by_demand
                    THEN t.tariff_code ELSE '—' END AS found
        FROM terms t JOIN parameter p ON p.category_id = t.category_id) m
    WHERE m.expected IS NOT NULL
    UNION ALL
    SELECT * FROM (
        SELECT t.id, t.service_account_id, t.usage_e4, 'R12' AS rule,
               CASE WHEN t.running_e4 > t.contract_e4
                    THEN '<= ' || trim_scale(t.contract_e4 / 10000.0) || ' kVA'
                    WHEN t.demand_mode = 2
                     AND t.contract_demand_e4 * 100 < t.running_e4 * p.least_percent
                    THEN '>= ' || trim_scale(t.running_e4 * p.least_percent / 1000000.0) || ' kW'
                    WHEN t.demand_mode = 2
                     AND t.demand_e4 * 100 > t.contract_demand_e4 * p.over_percent
                    THEN '<= ' || trim_scale(t.contract_demand_e4 * p.over_percent / 1000000.0)
                         || ' kW'
               END AS expected,
               CASE WHEN t.running_e4 > t.contract_e4
                    THEN trim_scale(t.running_e4 / 10000.0) || ' kVA'
                    WHEN t.contract_demand_e4 * 100 < t.running_e4 * p.least_percent
                    THEN trim_scale(t.contract_demand_e4 / 10000.0) || ' kW'
                    ELSE trim_scale(t.demand_e4 / 10000.0) || ' kW' END AS found
        FROM terms t JOIN parameter p ON p.category_id = t.category_id) m
    WHERE m.expected IS NOT NULL
    UNION ALL
    SELECT a.id, a.service_account_id, a.usage_e4, 'R13',
           '<= ' || trim_scale(m.limit_e4 / 10000.0) || ' kVA',
           trim_scale(max(r.demand_e4) / 10000.0) || ' kW'
    FROM register r
    JOIN account a ON a.service_account_id = r.service_account_id
    LEFT JOIN terms t ON t.service_account_id = a.service_account_id
    CROSS JOIN LATERAL (
        SELECT coalesce(nullif(t.contract_e4, 0), a.capacity_kva::bigint * 10000) AS limit_e4) m
    WHERE NOT a.has_bill AND m.limit_e4 > 0 AND r.demand_e4 > m.limit_e4
    GROUP BY a.id, a.service_account_id, a.usage_e4, m.limit_e4
    UNION ALL
    SELECT t.id, t.service_account_id, t.usage_e4, 'R14',
           CASE WHEN t.persons BETWEEN 1 AND p.persons_least - 1 THEN '>= ' || p.persons_least
                ELSE '> ' || (%(month)s::date - make_interval(months => p.renewed_months::int))::date
           END,
           CASE WHEN t.persons BETWEEN 1 AND p.persons_least - 1 THEN t.persons::text
                ELSE t.since::text END
    FROM terms t JOIN parameter p ON p.category_id = t.category_id
    WHERE t.extra_quota_e4_month > 0
      AND (t.persons BETWEEN 1 AND p.persons_least - 1
           OR t.since <= %(month)s::date - make_interval(months => p.renewed_months::int))
    UNION ALL
    SELECT a.id, a.service_account_id, a.usage_e4, 'R20', '', c.found
    FROM account a JOIN pending c ON c.service_account_id = a.service_account_id
    WHERE NOT a.has_bill
    UNION ALL
    SELECT id, service_account_id, usage_e4, 'R21', '',
           to_char(%(month)s::date, 'YYYYMM') || '-' || bill_id
    FROM account WHERE has_bill
    UNION ALL
    SELECT a.id, a.service_account_id, a.usage_e4, 'R22', to_char(%(month)s::date, 'YYYY-MM'), ''
    FROM account a
    WHERE NOT a.has_bill AND NOT EXISTS (
        SELECT FROM tariff_v_assignment t
        -- The first condition follows from the second; it is checked once a version.
        WHERE t.service_account_id = a.service_account_id
          AND t.version_during && daterange(
              %(month)s::date, (%(month)s::date + interval '1 month')::date)
          AND NOT isempty(t.during * t.version_during * daterange(
              %(month)s::date, (%(month)s::date + interval '1 month')::date)))
), placed AS MATERIALIZED (
    -- A full join is never a loop, whatever the planner expects of what was read or found just now.
    SELECT h.*, a.category_id
    FROM hit h FULL JOIN account a ON a.service_account_id = h.service_account_id
), weight AS MATERIALIZED (
    SELECT w.*, billing_threshold_on(w.rule, 'blocks', w.category_id, %(month)s) <> 0 AS blocking
    FROM (SELECT DISTINCT rule, category_id FROM placed WHERE rule IS NOT NULL) w
), known AS MATERIALIZED (
    SELECT e.id, e.service_account_id, e.reading_id, e.rule, e.state, e.decision
    FROM billing_v_exception e
    WHERE e.org_unit_id = %(org_unit)s AND e.bill_month = %(month)s
), matched AS MATERIALIZED (
    SELECT h.*, k.id AS exception_id, k.reading_id AS known_id, k.service_account_id AS known_account,
           k.rule AS known_rule, k.state, k.decision
    FROM (SELECT * FROM placed WHERE rule IS NOT NULL) h
    FULL JOIN known k ON k.reading_id = h.id AND k.rule = h.rule
                     AND k.service_account_id = h.service_account_id
), fresh AS (
    INSERT INTO billing_exception (id, service_account_id, org_unit_id, reading_id, bill_month, rule,
                                   blocking, expected, found, usage_e4)
    SELECT nextval('billing_exception_ids'), h.service_account_id, %(org_unit)s, h.id, %(month)s,
           h.rule, w.blocking, h.expected, h.found, h.usage_e4
    FROM matched h JOIN weight w ON w.rule = h.rule AND w.category_id = h.category_id
    WHERE h.exception_id IS NULL
    ORDER BY h.service_account_id, h.rule
    RETURNING rule
), moved AS (
    -- NOT IN, which is hashed: a join of few expected rows would loop over all readings. An exception
    -- of a part without a meter names its main meter's reading, which is not its account's.
    SELECT exception_id AS id, 'clear' AS kind, known_rule AS rule
    FROM matched m
    WHERE m.id IS NULL
      AND (known_id, known_account) NOT IN (SELECT id, service_account_id FROM in_force
                                            WHERE is_billed)
      AND (state = 'open'
           OR (state = 'hold'
               AND (decision <> 'hold' OR known_rule = ANY(%(not_releasable)s)
                    OR ((known_id, known_account) NOT IN (SELECT id, service_account_id
                                                          FROM in_force)
                        AND known_account NOT IN (SELECT service_account_id FROM billing_v_quantity
                                                  WHERE bill_month = %(month)s)))))
    UNION ALL
    SELECT exception_id, 'reopen', rule FROM matched WHERE id IS NOT NULL AND state = 'clear'
), decided AS (
    INSERT INTO billing_decision (exception_id, kind, reason, person_id)
    SELECT id, kind, '', %(person)s::bigint FROM moved ORDER BY id
)
SELECT 'found' AS what, rule, count(*) AS n FROM fresh GROUP BY rule
UNION ALL
SELECT CASE kind WHEN 'clear' THEN 'cleared' ELSE 'reopened' END, rule, count(*)
FROM moved GROUP BY kind, rule
