-- Tariff's guards: no two versions of a tariff and no two tariffs of an account on one day.

SELECT infra_make_ids('tariff_assignment');
SELECT infra_make_ids('tariff_point_assignment');

ALTER TABLE tariff_version ADD CONSTRAINT tariff_version_dated
    EXCLUDE USING gist (int8range(hashtextextended(code, 0), hashtextextended(code, 0), '[]') WITH &&,
                        during WITH &&);
SELECT infra_make_dated('tariff_assignment', 'service_account_id');
SELECT infra_make_dated('tariff_point_assignment', 'metering_point_id');

CREATE VIEW tariff_v_assignment WITH (security_invoker = true) AS
SELECT a.service_account_id, a.tariff_code, a.during, v.id AS version_id, v.during AS version_during,
       v.category
FROM tariff_assignment a JOIN tariff_version v ON v.code = a.tariff_code;

-- Assignments that ended: few, as most accounts stay on the tariff that they began with.
CREATE INDEX tariff_assignment_ended ON tariff_assignment (service_account_id)
    WHERE NOT upper_inf(during);
CREATE VIEW tariff_v_ended_assignment WITH (security_invoker = true) AS
SELECT * FROM tariff_assignment WHERE NOT upper_inf(during);

CREATE VIEW tariff_v_version WITH (security_invoker = true) AS
SELECT id, code, category, during FROM tariff_version;

CREATE VIEW tariff_v_point_assignment WITH (security_invoker = true) AS
SELECT a.metering_point_id, a.service_account_id, a.tariff_code, a.during,
       v.id AS version_id, v.during AS version_during
FROM tariff_point_assignment a JOIN tariff_version v ON v.code = a.tariff_code;

CREATE VIEW tariff_v_component WITH (security_invoker = true) AS
SELECT c.id, c.version_id, v.code AS tariff_code, v.name_zh AS tariff_name_zh, c.position, c.code,
       c.name_zh, c.name_en, c.posting_component, c.account
FROM tariff_component c JOIN tariff_version v ON v.id = c.version_id;
