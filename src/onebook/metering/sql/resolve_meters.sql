-- In: account and meter numbers (one of them may be blank), bill months, one row each. Out: the row's
-- meter by number, at that account where the row names one, else the account's only meter in that
-- month; how many meters fit, the unit and the digits. Locks: none.
WITH u AS MATERIALIZED (
    SELECT ord, account, meter,
           daterange(month - 31, (month + interval '1 month')::date) AS span
    FROM unnest(%(accounts)s::text[], %(meters)s::text[], %(months)s::date[])
         WITH ORDINALITY AS u (account, meter, month, ord)
), fitting AS (
    SELECT u.ord, i.meter_id, i.org_unit_id, i.digits FROM u
    JOIN metering_v_installation i ON i.meter_number = u.meter AND i.during && u.span
    LEFT JOIN customer_v_service_account a ON a.number = u.account
    WHERE u.meter <> '' AND (u.account = '' OR a.id = i.service_account_id)
    UNION ALL
    SELECT u.ord, i.meter_id, i.org_unit_id, i.digits FROM u
    JOIN customer_v_service_account a ON a.number = u.account
    JOIN metering_v_installation i ON i.service_account_id = a.id AND i.during && u.span
    WHERE u.meter = ''
)
SELECT u.ord - 1 AS ord, count(f.meter_id) AS meters, coalesce(min(f.meter_id), -1) AS meter_id,
       coalesce(min(f.org_unit_id), -1) AS org_unit_id,
       coalesce(min(f.digits), -1)::smallint AS digits
FROM u LEFT JOIN fitting f ON f.ord = u.ord
GROUP BY u.ord ORDER BY u.ord
