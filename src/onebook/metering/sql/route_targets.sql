-- In: columns book, account, meter and metering point (texts, blank where a row does not say). Out: a
-- row each in the given order: the book and its unit, how many metering points fit, the one that does
-- with its unit, and where it stands now (place_id -1: nowhere). A point is named by its number, else
-- by the meter that hangs there, else by the account. Locks: none.
WITH u AS MATERIALIZED (
    SELECT ord, book, account, meter, point
    FROM unnest(%(books)s::text[], %(accounts)s::text[], %(meters)s::text[], %(points)s::text[])
         WITH ORDINALITY AS u (book, account, meter, point, ord)
), fitting AS (
    SELECT u.ord, i.metering_point_id, i.org_unit_id FROM u
    JOIN customer_v_metering_point p ON p.number = u.point
    JOIN metering_v_installation i ON i.metering_point_id = p.id AND upper_inf(i.during)
    WHERE u.point <> ''
    UNION
    SELECT u.ord, i.metering_point_id, i.org_unit_id FROM u
    JOIN metering_v_installation i ON i.meter_number = u.meter AND upper_inf(i.during)
    WHERE u.point = '' AND u.meter <> ''
    UNION
    SELECT u.ord, i.metering_point_id, i.org_unit_id FROM u
    JOIN customer_v_service_account a ON a.number = u.account
    JOIN metering_v_installation i ON i.service_account_id = a.id AND upper_inf(i.during)
    WHERE u.point = '' AND u.meter = ''
), fit AS (
    SELECT ord, count(*) AS points, min(metering_point_id) AS point_id, min(org_unit_id) AS unit_id
    FROM fitting GROUP BY ord
)
SELECT coalesce(b.id, -1) AS book_id, coalesce(b.org_unit_id, -1) AS book_unit_id,
       coalesce(f.points, 0) AS points, coalesce(f.point_id, -1) AS point_id,
       coalesce(f.unit_id, -1) AS unit_id, coalesce(w.id, -1) AS place_id,
       coalesce(w.book_id, -1) AS stands_in_id, coalesce(w.sequence, -1)::bigint AS stands_at,
       coalesce(w.since, '-infinity'::date) AS stands_since
FROM u
LEFT JOIN metering_v_book b ON b.number = u.book
LEFT JOIN fit f ON f.ord = u.ord
LEFT JOIN metering_v_book_point w ON w.metering_point_id = f.point_id AND w.until IS NULL
ORDER BY u.ord
