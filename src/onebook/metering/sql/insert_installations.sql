-- In: columns of new meters and their installations. Out: one row each in both tables.
WITH incoming AS (
    SELECT * FROM unnest(%(meter_id)s::bigint[], %(id)s::bigint[], %(number)s::text[],
        %(digits)s::smallint[], %(metering_point_id)s::bigint[], %(service_account_id)s::bigint[],
        %(org_unit_id)s::bigint[], %(multiplier)s::int[], %(policy)s::text[], %(initial_e4)s::bigint[],
        %(installed_on)s::date[])
        AS u (meter_id, id, number, digits, metering_point_id, service_account_id, org_unit_id,
              multiplier, policy, initial_e4, installed_on)
), meter AS (
    INSERT INTO metering_meter (id, number, digits) SELECT meter_id, number, digits FROM incoming
)
INSERT INTO metering_installation (id, meter_id, metering_point_id, service_account_id, org_unit_id,
                                   multiplier, usage_policy, initial_e4, during)
SELECT id, meter_id, metering_point_id, service_account_id, org_unit_id, multiplier, policy,
       initial_e4, daterange(installed_on, NULL)
FROM incoming
