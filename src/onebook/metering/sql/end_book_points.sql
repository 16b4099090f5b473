-- In: places in reading books and the days on which they end. Out: how many. Locks: those rows.
UPDATE metering_book_point p SET during = daterange(lower(p.during), u.day)
FROM unnest(%(ids)s::bigint[], %(days)s::date[]) AS u (id, day) WHERE p.id = u.id
