-- In: columns of accounts, tariff codes and days. Out: an open-ended assignment for each account that
-- has none.
INSERT INTO tariff_assignment (id, service_account_id, tariff_code, during)
SELECT u.id, u.account, u.code, daterange(u.since, NULL)
FROM unnest(%(id)s::bigint[], %(service_account_id)s::bigint[], %(code)s::text[], %(since)s::date[])
     AS u (id, account, code, since)
WHERE NOT EXISTS (SELECT FROM tariff_assignment a WHERE a.service_account_id = u.account)
