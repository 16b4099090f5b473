-- In: accounts, month, the month after. Out: their metering points that are on tariffs of their own in
-- the month. Locks: none.
SELECT DISTINCT metering_point_id FROM tariff_v_point_assignment
WHERE service_account_id = ANY(%(accounts)s::bigint[]) AND NOT isempty(
    during * version_during * daterange(%(month)s, %(next_month)s))
ORDER BY 1
