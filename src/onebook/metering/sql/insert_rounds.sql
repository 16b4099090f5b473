-- In: columns of rounds, one month and person. Out: how many; a book whose round another run has
-- opened meanwhile keeps that one. Locks: none.
INSERT INTO metering_round (id, book_id, org_unit_id, bill_month, planned_on, reader_id,
                            rotation_due_on, person_id)
SELECT u.id, u.book, u.org_unit, %(month)s::date, u.planned_on, u.reader, u.rotation_due_on,
       %(person)s::bigint
FROM unnest(%(id)s::bigint[], %(book)s::bigint[], %(org_unit)s::bigint[], %(planned_on)s::date[],
            %(reader)s::bigint[], %(rotation_due_on)s::date[])
    AS u (id, book, org_unit, planned_on, reader, rotation_due_on)
ON CONFLICT (bill_month, book_id) DO NOTHING
