-- In: account and meter numbers (one of them blank), bill months, one row each. Out: the row's meter
-- by number, else the account's only meter in that month; how many meters fit.
SELECT u.ord - 1 AS ord, count(i.meter_id) AS meters, coalesce(min(i.meter_id), -1) AS meter_id
FROM unnest(%(accounts)s::text[], %(meters)s::text[], %(months)s::date[])
     WITH ORDINALITY AS u (account, meter, month, ord)
LEFT JOIN customer_v_service_account a ON a.number = u.account
LEFT JOIN metering_v_installation i
       ON (i.meter_number = u.meter OR (u.meter = '' AND i.service_account_id = a.id))
      AND i.during && daterange(u.month - 31, (u.month + interval '1 month')::date)
GROUP BY u.ord ORDER BY u.ord
