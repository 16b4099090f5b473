-- In: installation, day, multiplier, a fresh id. Out: the installation ends on the day and one of the
-- same meter, point and registers begins with the multiplier, at the value read last before the day; one
-- that begins on the day is put right itself. Locks: the installation.
WITH old AS MATERIALIZED (
    SELECT i.*, coalesce((SELECT r.current_e4 FROM metering_v_reading r
                          WHERE r.service_account_id = i.service_account_id
                            AND r.meter_id = i.meter_id AND r.read_on <= %(since)s
                          ORDER BY r.bill_month DESC LIMIT 1), i.initial_e4) AS shown_e4
    FROM metering_installation i WHERE i.id = %(installation)s
), put_right AS (
    UPDATE metering_installation i SET multiplier = %(multiplier)s
    FROM old WHERE i.id = old.id AND lower(old.during) = %(since)s
), ended AS (
    UPDATE metering_installation i SET during = daterange(lower(i.during), %(since)s)
    FROM old WHERE i.id = old.id AND lower(old.during) < %(since)s
    RETURNING i.id
), begun AS (
    INSERT INTO metering_installation (id, meter_id, metering_point_id, service_account_id,
                                       org_unit_id, multiplier, usage_policy, initial_e4, during)
    SELECT %(id)s, o.meter_id, o.metering_point_id, o.service_account_id, o.org_unit_id,
           %(multiplier)s, o.usage_policy, o.shown_e4, daterange(%(since)s, upper(o.during))
    FROM old o JOIN ended e ON e.id = o.id
)
INSERT INTO metering_register (installation_id, meter_id, register, initial_e4)
SELECT %(id)s, g.meter_id, g.register, g.initial_e4
FROM metering_register g JOIN ended e ON e.id = g.installation_id
