-- Identifiers, guards and views of reading books and their rounds.

SELECT infra_make_ids(t) FROM unnest(ARRAY[
    'metering_book', 'metering_book_terms', 'metering_book_point', 'metering_round']) AS t;
SELECT infra_make_append_only('metering_round');
SELECT infra_make_append_only('metering_round_point');
SELECT infra_make_append_only('metering_field_entry');
SELECT infra_make_append_only('metering_photo');
SELECT infra_make_append_only('metering_field_photo');

-- One set of terms of a book, and one book of a metering point, on any day.
SELECT infra_make_dated('metering_book_terms', 'book_id');
SELECT infra_make_dated('metering_book_point', 'metering_point_id');

CREATE VIEW metering_v_book WITH (security_invoker = true) AS SELECT * FROM metering_book;

CREATE VIEW metering_v_book_terms WITH (security_invoker = true) AS
SELECT t.*, lower(t.during) AS since, upper(t.during) AS until FROM metering_book_terms t;

CREATE VIEW metering_v_book_point WITH (security_invoker = true) AS
SELECT p.*, lower(p.during) AS since, upper(p.during) AS until FROM metering_book_point p;

CREATE VIEW metering_v_round WITH (security_invoker = true) AS SELECT * FROM metering_round;

-- What a round is to read. The meter is the one that hangs at the point last, so that a changed
-- meter's own last reading does not stand for the point's.
CREATE VIEW metering_v_round_point WITH (security_invoker = true) AS
SELECT p.round_id, p.metering_point_id, p.sequence, p.service_account_id, o.org_unit_id, o.book_id,
       o.bill_month, o.planned_on, o.reader_id, p.recorded_on, p.recorded_at,
       coalesce((SELECT i.meter_id FROM metering_installation i
                 WHERE i.service_account_id = p.service_account_id
                   AND i.metering_point_id = p.metering_point_id
                 ORDER BY lower(i.during) DESC LIMIT 1), p.meter_id) AS meter_id
FROM metering_round_point p JOIN metering_round o ON o.id = p.round_id;
