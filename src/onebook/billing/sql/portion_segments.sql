-- In: month, the month after, January of the year and of the next, accounts. Out: for each tariff
-- version in force in the month, of the accounts (metering point 0) and of points with tariffs of their
-- own, a row a set of contract terms in force in it: by account, point and day, [since, until) of the
-- version and [terms_since, terms_until) of the terms, clipped to the month and the account's life.
-- `has_terms` is 0 and the terms are zero where there are none; `extra_months` are the months of the
-- year in which the tiers are raised. Locks: none.
WITH segment AS MATERIALIZED (
    SELECT service_account_id, 0::bigint AS metering_point_id, version_id,
           during * version_during AS during
    FROM tariff_v_assignment WHERE service_account_id = ANY(%(accounts)s::bigint[])
    UNION ALL
    SELECT service_account_id, metering_point_id, version_id, during * version_during
    FROM tariff_v_point_assignment WHERE service_account_id = ANY(%(accounts)s::bigint[])
), clipped AS MATERIALIZED (
    SELECT s.service_account_id, s.metering_point_id, s.version_id, s.during * daterange(
               greatest(%(month)s, least(a.opened_on, %(next_month)s)),
               greatest(%(month)s, least(a.closed_on, %(next_month)s))) AS during,
           s.during * daterange(%(month)s, %(next_month)s) AS in_month
    FROM segment s JOIN customer_v_service_account a ON a.id = s.service_account_id
), piece AS MATERIALIZED (
    SELECT c.*, lower(c.in_month) AS since, upper(c.in_month) AS until,
           coalesce((upper(c.during) - lower(c.during)), 0) AS days
    FROM clipped c WHERE NOT isempty(c.in_month)
)
SELECT p.service_account_id, p.metering_point_id, p.version_id, p.since, p.until,
       p.days::smallint AS days, (t.id IS NOT NULL)::int::smallint AS has_terms,
       coalesce(lower(t.during * p.during), p.since) AS terms_since,
       coalesce(upper(t.during * p.during), p.until) AS terms_until,
       coalesce(t.running_e4, 0) AS running_e4, coalesce(t.contract_e4, 0) AS contract_e4,
       coalesce(t.contract_demand_e4, 0) AS contract_demand_e4,
       coalesce(t.pf_standard_bp, 0) AS pf_standard_bp,
       coalesce(t.extra_quota_e4_month, 0) AS extra_quota_e4_month,
       coalesce(t.free_e4_month, 0) AS free_e4_month,
       (SELECT count(*) FROM generate_series(%(january)s::date, %(next_january)s::date - 1,
                                             interval '1 month') AS m
        WHERE EXISTS (SELECT FROM customer_v_terms x
                      WHERE x.service_account_id = p.service_account_id
                        AND x.extra_quota_e4_month > 0
                        AND x.during && daterange(m::date, (m + interval '1 month')::date))
       )::smallint AS extra_months
FROM piece p
LEFT JOIN customer_v_terms t ON t.service_account_id = p.service_account_id AND t.during && p.during
ORDER BY p.service_account_id, p.metering_point_id, p.since, coalesce(lower(t.during), p.since)
