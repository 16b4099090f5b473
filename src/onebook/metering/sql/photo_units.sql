-- In: a photograph's fingerprint. Out: the units in which it was taken. Locks: none.
SELECT DISTINCT e.org_unit_id
FROM metering_field_photo p JOIN metering_field_entry e ON e.key = p.key
WHERE p.sha256 = %(sha256)s
