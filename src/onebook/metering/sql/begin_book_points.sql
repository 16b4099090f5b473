-- In: columns id, book, point, sequence, since. Out: a place in a book each, open-ended. Locks: none.
INSERT INTO metering_book_point (id, book_id, metering_point_id, sequence, during)
SELECT u.id, u.book, u.point, u.sequence, daterange(u.since, NULL)
FROM unnest(%(id)s::bigint[], %(book)s::bigint[], %(point)s::bigint[], %(sequence)s::int[],
            %(since)s::date[]) AS u (id, book, point, sequence, since)
