-- In: units, month, its last day. Out: the units' reading books that have no round of the month, with
-- the terms that stand at its end and the day since which their reader has had the book without a
-- break. Locks: none.
SELECT b.id, b.org_unit_id, t.since, t.read_day, t.cycle_months, t.reader_id, t.rotate_months,
       coalesce((SELECT max(o.until) FROM metering_v_book_terms o
                 WHERE o.book_id = b.id AND o.reader_id <> t.reader_id AND o.until <= t.since),
                (SELECT min(o.since) FROM metering_v_book_terms o WHERE o.book_id = b.id))
           AS reads_since
FROM metering_v_book b
JOIN metering_v_book_terms t ON t.book_id = b.id AND t.during @> %(last)s::date
WHERE b.org_unit_id = ANY(%(units)s::bigint[])
  AND NOT EXISTS (SELECT FROM metering_round r WHERE r.bill_month = %(month)s AND r.book_id = b.id)
ORDER BY b.number
