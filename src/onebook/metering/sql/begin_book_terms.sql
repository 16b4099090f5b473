-- In: columns of terms, their books and first days. Out: a row each, open-ended. Locks: none.
INSERT INTO metering_book_terms (id, book_id, during, read_day, cycle_months, reader_id, rotate_months)
SELECT u.id, u.book, daterange(u.since, NULL), u.read_day, u.cycle_months, u.reader_id, u.rotate_months
FROM unnest(%(id)s::bigint[], %(book)s::bigint[], %(since)s::date[], %(read_day)s::smallint[],
            %(cycle_months)s::smallint[], %(reader_id)s::bigint[], %(rotate_months)s::smallint[])
    AS u (id, book, since, read_day, cycle_months, reader_id, rotate_months)
