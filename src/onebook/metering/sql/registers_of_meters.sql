-- In: meters. Out: the further registers of each meter's installation in force now, and their initial
-- values. Locks: none.
SELECT g.meter_id, g.register, g.initial_e4
FROM metering_register g JOIN metering_installation i ON i.id = g.installation_id
WHERE g.meter_id = ANY(%(meters)s::bigint[]) AND upper_inf(i.during)
ORDER BY g.meter_id, g.register
