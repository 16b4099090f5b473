-- In: org unit, month, the month after. Out: accounts with a metering point that has terms near the
-- month, is the main meter of one that has, or is on a tariff of its own. Locks: none.
WITH near AS MATERIALIZED (
    SELECT metering_point_id, master_point_id FROM metering_v_point_terms
    WHERE during && daterange(%(month)s::date - 31, %(next_month)s::date + 31)
)
SELECT p.service_account_id
FROM (SELECT metering_point_id AS id FROM near UNION SELECT master_point_id FROM near) t
JOIN customer_v_metering_point p ON p.id = t.id
JOIN customer_v_service_account a ON a.id = p.service_account_id
WHERE a.org_unit_id = %(org_unit)s
UNION
SELECT p.service_account_id
FROM tariff_v_point_assignment p JOIN customer_v_service_account a ON a.id = p.service_account_id
WHERE a.org_unit_id = %(org_unit)s AND NOT isempty(
    p.during * p.version_during * daterange(%(month)s, %(next_month)s))
ORDER BY 1
