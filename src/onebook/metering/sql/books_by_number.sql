-- In: :numbers. Out: the reading books of these numbers with their latest terms. Locks: none.
SELECT DISTINCT ON (b.id) b.id, b.number, b.name, b.org_unit_id, t.id AS terms_id, t.since,
       t.read_day, t.cycle_months, t.reader_id, t.rotate_months
FROM metering_v_book b JOIN metering_v_book_terms t ON t.book_id = b.id
WHERE b.number = ANY(%(numbers)s::text[])
ORDER BY b.id, t.since DESC
