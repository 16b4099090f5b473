-- In: installations and the day each ends (its first day without the meter). Out: rows touched.
-- Locks: the installations.
UPDATE metering_installation i SET during = daterange(lower(i.during), u.ends_on)
FROM unnest(%(ids)s::bigint[], %(days)s::date[]) AS u (id, ends_on)
WHERE i.id = u.id AND upper_inf(i.during)
