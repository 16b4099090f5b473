-- In: columns of metering points, accounts, tariff codes, days. Out: an open-ended assignment
-- each, where the point is not on it; what stood before ends. Locks: the assignments that end.
WITH asked AS MATERIALIZED (
    SELECT u.* FROM unnest(%(id)s::bigint[], %(point)s::bigint[], %(account)s::bigint[],
                           %(code)s::text[], %(since)s::date[])
        AS u (id, point, account, code, since)
    WHERE NOT EXISTS (SELECT FROM tariff_point_assignment p
                      WHERE p.metering_point_id = u.point AND p.during @> u.since
                        AND p.tariff_code = u.code)
), ended AS (
    UPDATE tariff_point_assignment p SET during = daterange(lower(p.during), u.since)
    FROM asked u
    WHERE p.metering_point_id = u.point AND upper_inf(p.during) AND lower(p.during) < u.since
    RETURNING p.id
)
INSERT INTO tariff_point_assignment (id, metering_point_id, service_account_id, tariff_code,
                                     during)
SELECT u.id, u.point, u.account, u.code, daterange(u.since, NULL)
FROM asked u LEFT JOIN (SELECT count(*) FROM ended) e ON true
