-- In: org unit, month, person, the rules that nobody can release. Out: rows what, rule, n: `found`
-- and `reopened` by rule, `cleared`, and of the readings in force `readings` and `reading_sum`.
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
), history AS MATERIALIZED (
    SELECT service_account_id, sum(usage_e4) AS usage_e4, max(bill_month) AS last_month,
           bool_or(bill_month = (%(month)s::date - interval '1 month')::date)::int
         + bool_or(bill_month = (%(month)s::date - interval '2 months')::date)::int
         + bool_or(bill_month = (%(month)s::date - interval '3 months')::date)::int AS months
    FROM metering_v_reading
    WHERE org_unit_id = %(org_unit)s AND bill_month < %(month)s
      AND bill_month >= %(month)s::date - interval '3 months' AND status < 2
    GROUP BY service_account_id
), account AS MATERIALIZED (
    SELECT u.*, a.category_id, a.opened_on, a.closed_on, h.months,
           (h.usage_e4 / h.months)::bigint AS mean_e4,
           ((extract(year FROM %(month)s::date) - extract(year FROM h.last_month)) * 12
            + extract(month FROM %(month)s::date) - extract(month FROM h.last_month))::int AS span
    FROM (SELECT service_account_id, max(id) AS id, sum(usage_e4)::bigint AS usage_e4,
                 max(status) < 2 AS is_billable, max(read_on) - min(previous_on) AS days,
                 max(bill_id) AS bill_id, count(bill_id) > 0 AS has_bill
          FROM in_force WHERE NOT is_billed GROUP BY service_account_id) u
    JOIN customer_v_service_account a ON a.id = u.service_account_id
    LEFT JOIN history h ON h.service_account_id = u.service_account_id
), parameter AS MATERIALIZED (
    SELECT c.category_id,
           billing_threshold_on('R04', 'change_percent', c.category_id, %(month)s) AS change_percent,
           billing_threshold_on('R04', 'floor_e4', c.category_id, %(month)s) AS floor_e4,
           billing_threshold_on('R17', 'days_lowest', c.category_id, %(month)s) AS days_lowest,
           billing_threshold_on('R17', 'days_highest', c.category_id, %(month)s) AS days_highest,
           billing_threshold_on('R19', 'opened_days', c.category_id, %(month)s) AS opened_days
    FROM (SELECT DISTINCT category_id FROM account) c
), hit AS MATERIALIZED (
    SELECT f.id, f.service_account_id, f.usage_e4, 'R01' AS rule,
           '>= ' || trim_scale(f.previous_e4 / 10000.0) AS expected,
           trim_scale(f.current_e4 / 10000.0)::text AS found
    FROM in_force f WHERE NOT f.is_billed AND f.status = 2
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
), weight AS MATERIALIZED (
    SELECT w.*, billing_threshold_on(w.rule, 'blocks', w.category_id, %(month)s) <> 0 AS blocking
    FROM (SELECT DISTINCT h.rule, a.category_id FROM hit h
          JOIN account a ON a.service_account_id = h.service_account_id) w
), known AS MATERIALIZED (
    SELECT e.id, e.reading_id, e.rule, e.state FROM billing_v_exception e
    WHERE e.org_unit_id = %(org_unit)s AND e.bill_month = %(month)s
), fresh AS (
    INSERT INTO billing_exception (id, service_account_id, org_unit_id, reading_id, bill_month, rule,
                                   blocking, expected, found, usage_e4)
    SELECT nextval('billing_exception_ids'), h.service_account_id, %(org_unit)s, h.id, %(month)s,
           h.rule, w.blocking, h.expected, h.found, h.usage_e4
    FROM hit h
    JOIN account a ON a.service_account_id = h.service_account_id
    JOIN weight w ON w.rule = h.rule AND w.category_id = a.category_id
    WHERE NOT EXISTS (SELECT FROM known k WHERE k.reading_id = h.id AND k.rule = h.rule)
    ORDER BY h.service_account_id, h.rule
    RETURNING rule
), moved AS (
    SELECT k.id, 'clear' AS kind, k.rule
    FROM known k LEFT JOIN in_force f ON f.id = k.reading_id
    WHERE f.is_billed IS NOT true
      AND NOT EXISTS (SELECT FROM hit h WHERE h.id = k.reading_id AND h.rule = k.rule)
      AND (k.state = 'open'
           OR (k.state = 'hold' AND (f.id IS NULL OR k.rule = ANY(%(not_releasable)s))))
    UNION ALL
    SELECT k.id, 'reopen', k.rule
    FROM known k JOIN hit h ON h.id = k.reading_id AND h.rule = k.rule
    WHERE k.state = 'clear'
), decided AS (
    INSERT INTO billing_decision (exception_id, kind, reason, person_id)
    SELECT id, kind, '', %(person)s::bigint FROM moved ORDER BY id
)
SELECT 'found' AS what, rule, count(*) AS n FROM fresh GROUP BY rule
UNION ALL
SELECT CASE kind WHEN 'clear' THEN 'cleared' ELSE 'reopened' END, rule, count(*)
FROM moved GROUP BY kind, rule
UNION ALL
SELECT 'readings', '', count(*) FROM in_force
UNION ALL
SELECT 'reading_sum', '', coalesce(sum(id), 0)::bigint FROM in_force
