-- In: month, org unit, the rules' weights, thresholds by name. Out: the hits of the rules on the
-- readings in force of the unit and month, one row each, for those not found before.
WITH threshold AS (
    SELECT jsonb_object_agg(name, value) AS t FROM billing_threshold
), history AS MATERIALIZED (
    SELECT service_account_id, count(*) AS months, (sum(usage_e4) / count(*))::bigint AS mean_e4
    FROM metering_v_reading
    WHERE org_unit_id = %(org_unit)s AND bill_month < %(month)s
      AND bill_month >= %(month)s::date - interval '3 months'
    GROUP BY service_account_id
), reading AS MATERIALIZED (
    SELECT r.id, r.service_account_id, r.org_unit_id, r.bill_month, r.meter_id, r.usage_e4,
           r.status, r.previous_e4, r.current_e4, r.multiplier, r.read_on - r.previous_on AS days,
           a.category_id, h.months, h.mean_e4
    FROM metering_v_reading r
    JOIN customer_v_service_account a ON a.id = r.service_account_id
    LEFT JOIN history h ON h.service_account_id = r.service_account_id
    WHERE r.bill_month = %(month)s AND r.org_unit_id = %(org_unit)s
), hit AS MATERIALIZED (
    SELECT id, service_account_id, usage_e4, 'R01' AS rule, '>= ' || (previous_e4 / 10000.0)::numeric(20, 2) AS expected,
           ((current_e4 / 10000.0)::numeric(20, 2))::text AS found
    FROM reading WHERE status = 2
    UNION ALL
    SELECT id, service_account_id, usage_e4, 'R02', '', ((current_e4 / 10000.0)::numeric(20, 2))::text FROM reading WHERE status = 3
    UNION ALL
    SELECT id, service_account_id, usage_e4, 'R03', (mean_e4 / 10000)::text || ' kWh', '0 kWh'
    FROM reading WHERE status < 2 AND usage_e4 = 0 AND mean_e4 > 0
    UNION ALL
    SELECT id, service_account_id, usage_e4, 'R04', (mean_e4 / 10000)::text || ' kWh', (usage_e4 / 10000)::text || ' kWh'
    FROM reading, threshold
    WHERE status < 2 AND usage_e4 <> 0 AND months >= 1
      AND abs(usage_e4 - mean_e4) * 100 > mean_e4 * (t->>'change_percent')::bigint
      AND abs(usage_e4 - mean_e4) > CASE
          WHEN category_id IN (1, 2) THEN (t->>'floor_residential_e4')::bigint
          WHEN category_id = 4 THEN (t->>'floor_high_voltage_e4')::bigint
          ELSE (t->>'floor_low_voltage_e4')::bigint END
    UNION ALL
    SELECT r.id, r.service_account_id, r.usage_e4, 'R09', i.multiplier::text, r.multiplier::text
    FROM reading r JOIN metering_v_installation i ON i.meter_id = r.meter_id
     AND i.during @> %(month)s::date
    WHERE i.multiplier <> r.multiplier
    UNION ALL
    SELECT id, service_account_id, usage_e4, 'R17', (t->>'days_lowest') || '–' || (t->>'days_highest'), days::text
    FROM reading, threshold
    WHERE months >= 1
      AND days NOT BETWEEN (t->>'days_lowest')::int AND (t->>'days_highest')::int
    UNION ALL
    SELECT id, service_account_id, usage_e4, 'R19', '', '' FROM reading WHERE months IS NULL
    UNION ALL
    SELECT r.id, r.service_account_id, r.usage_e4, 'R21', '', to_char(b.bill_month, 'YYYYMM') || '-' || b.id
    FROM reading r JOIN billing_bill b ON b.service_account_id = r.service_account_id
     AND b.bill_month = r.bill_month AND b.reading_id <> r.id
    UNION ALL
    SELECT r.id, r.service_account_id, r.usage_e4, 'R22', to_char(r.bill_month, 'YYYY-MM'), ''
    FROM reading r
    WHERE NOT EXISTS (SELECT FROM tariff_v_assignment t
                      WHERE t.service_account_id = r.service_account_id
                        AND t.during @> r.bill_month AND t.version_during @> r.bill_month)
)
SELECT h.id AS reading_id, h.service_account_id, h.usage_e4, h.rule, h.expected, h.found
FROM hit h
WHERE NOT EXISTS (SELECT FROM billing_exception e WHERE e.reading_id = h.id AND e.rule = h.rule)
ORDER BY h.service_account_id, h.rule
