-- In: terms of reading books and the days on which they end. Out: how many. Locks: those rows.
UPDATE metering_book_terms t SET during = daterange(lower(t.during), u.day)
FROM unnest(%(ids)s::bigint[], %(days)s::date[]) AS u (id, day) WHERE t.id = u.id
