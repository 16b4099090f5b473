-- In: columns of accounts, tariff codes and days. Out: an open-ended assignment each from its day,
-- where the account is not on that tariff; what stood before ends. Locks: the assignments that end.
WITH asked AS MATERIALIZED (
    SELECT u.* FROM unnest(%(id)s::bigint[], %(account)s::bigint[], %(code)s::text[],
                           %(since)s::date[]) AS u (id, account, code, since)
    WHERE NOT EXISTS (SELECT FROM tariff_assignment a
                      WHERE a.service_account_id = u.account AND a.during @> u.since
                        AND a.tariff_code = u.code)
), ended AS (
    UPDATE tariff_assignment a SET during = daterange(lower(a.during), u.since)
    FROM asked u
    WHERE a.service_account_id = u.account AND upper_inf(a.during) AND lower(a.during) < u.since
    RETURNING a.id
)
INSERT INTO tariff_assignment (id, service_account_id, tariff_code, during)
SELECT u.id, u.account, u.code, daterange(u.since, NULL)
FROM asked u LEFT JOIN (SELECT count(*) FROM ended) e ON true
