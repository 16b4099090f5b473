-- In: org unit, month, the month after, accounts. Out: a row a reading in force of these accounts, by
-- account, metering point and reading. The point is 0 where it has no tariff of its own; `is_within`
-- (1): its energy is part of what the main meter counts. Locks: none.
SELECT r.id AS reading_id, r.service_account_id, coalesce(p.metering_point_id, 0) AS metering_point_id,
       coalesce(p.is_within::int, 0)::smallint AS is_within, r.previous_on, r.read_on, r.usage_e4
FROM metering_v_reading r
LEFT JOIN LATERAL (
    SELECT i.metering_point_id FROM metering_v_installation i
    WHERE i.service_account_id = r.service_account_id AND i.meter_id = r.meter_id
      AND i.during && daterange(least(r.previous_on, r.read_on), r.read_on, '[]')
    ORDER BY lower(i.during) DESC LIMIT 1) i ON true
LEFT JOIN LATERAL (
    SELECT a.metering_point_id, a.is_within FROM tariff_v_point_assignment a
    WHERE a.metering_point_id = i.metering_point_id AND NOT isempty(
        a.during * a.version_during * daterange(%(month)s, %(next_month)s))
    ORDER BY lower(a.during) DESC LIMIT 1) p ON true
WHERE r.bill_month = %(month)s AND r.org_unit_id = %(org_unit)s
  AND r.service_account_id = ANY(%(accounts)s::bigint[])
ORDER BY r.service_account_id, 3, r.id
