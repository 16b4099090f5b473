-- In: terms and the first day on which each counts no more. Out: rows touched. Locks: those rows.
UPDATE metering_point_terms t SET during = daterange(lower(t.during), least(upper(t.during), u.ends_on))
FROM unnest(%(ids)s::bigint[], %(days)s::date[]) AS u (id, ends_on)
WHERE t.id = u.id
