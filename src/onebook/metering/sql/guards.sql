-- Metering's guards and the views that upper apps read.

SELECT infra_make_ids('metering_meter');
SELECT infra_make_ids('metering_installation');
SELECT infra_make_ids('metering_reading');
SELECT infra_make_ids('metering_reading_file');
SELECT infra_make_append_only('metering_reading');
SELECT infra_make_append_only('metering_reading_file');
SELECT infra_make_append_only('metering_register_reading');
SELECT infra_make_append_only('metering_reading_note');

-- One installation of a meter on any day.
SELECT infra_make_dated('metering_installation', 'meter_id');

-- The readings in force: the highest version of each meter's bill month. A later version is above 1,
-- which the index of corrected readings holds alone. A normal reading has no note; the join costs
-- nothing where `how` is not asked for.
CREATE VIEW metering_v_reading WITH (security_invoker = true) AS
SELECT r.*, coalesce(o.how, 0::smallint) AS how
FROM metering_reading r LEFT JOIN metering_reading_note o ON o.reading_id = r.id
WHERE NOT EXISTS (SELECT FROM metering_reading n
                  WHERE n.bill_month = r.bill_month AND n.meter_id = r.meter_id
                    AND n.version > r.version AND n.version > 1);

-- How a reading came about that did not come about in the normal way.
CREATE VIEW metering_v_note WITH (security_invoker = true) AS
SELECT reading_id, how FROM metering_reading_note;

-- Every version of every reading, and the person by whose file it came.
CREATE VIEW metering_v_every_reading WITH (security_invoker = true) AS
SELECT r.*, f.person_id
FROM metering_reading r JOIN metering_reading_file f ON f.id = r.file_id;

-- LEFT, so that a query which asks nothing of the meter does not read it.
CREATE VIEW metering_v_installation WITH (security_invoker = true) AS
SELECT i.*, m.number AS meter_number, m.digits
FROM metering_installation i LEFT JOIN metering_meter m ON m.id = i.meter_id;

-- The further registers of readings.
CREATE VIEW metering_v_register WITH (security_invoker = true) AS
SELECT reading_id, register, previous_e4, current_e4, usage_e4, status FROM metering_register_reading;

SELECT infra_make_ids('metering_point_terms');
-- One set of terms of a metering point on any day.
SELECT infra_make_dated('metering_point_terms', 'metering_point_id');

CREATE VIEW metering_v_point_terms WITH (security_invoker = true) AS
SELECT t.*, lower(t.during) AS since, upper(t.during) AS until FROM metering_point_terms t;
