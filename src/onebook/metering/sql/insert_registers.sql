-- In: columns of registers of new installations. Out: one row each.
INSERT INTO metering_register (installation_id, meter_id, register, initial_e4)
SELECT * FROM unnest(%(installation_id)s::bigint[], %(meter_id)s::bigint[], %(register)s::smallint[],
                     %(initial_e4)s::bigint[])
