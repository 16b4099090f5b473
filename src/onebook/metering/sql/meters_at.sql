-- In: meter numbers. Out: a row each in the given order: its id, the account it is installed at now
-- and how; -1 for none, and the first day there is for the day. Locks: none.
SELECT coalesce(m.id, -1) AS meter_id, coalesce(i.service_account_id, -1) AS service_account_id,
       coalesce(m.digits, -1::smallint) AS digits, coalesce(i.multiplier, -1) AS multiplier,
       coalesce(i.initial_e4, -1) AS initial_e4, coalesce(lower(i.during), '-infinity') AS installed_on
FROM unnest(%(numbers)s::text[]) WITH ORDINALITY AS u (number, ord)
LEFT JOIN metering_meter m ON m.number = u.number
LEFT JOIN metering_installation i ON i.meter_id = m.id AND upper_inf(i.during)
ORDER BY u.ord
