-- In: meter numbers. Out: a row each in the given order: its id, and the account it is installed at
-- now; -1 for none.
SELECT coalesce(m.id, -1) AS meter_id, coalesce(i.service_account_id, -1) AS service_account_id
FROM unnest(%(numbers)s::text[]) WITH ORDINALITY AS u (number, ord)
LEFT JOIN metering_meter m ON m.number = u.number
LEFT JOIN metering_installation i ON i.meter_id = m.id AND upper_inf(i.during)
ORDER BY u.ord
