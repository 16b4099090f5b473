-- In: installation, since. Out: one row: whether it begins on the day or before. Locks: none.
SELECT lower(during) <= %(since)s::date AS begins_before
FROM metering_installation WHERE id = %(installation)s
