-- In: org unit, month. Out: nothing of use. Locks: the unit's month for verifying and billing, until
-- the transaction ends.
SELECT pg_advisory_xact_lock(
    hashtextextended('billing ' || %(org_unit)s::bigint || ' ' || %(month)s::date, 0)) IS NULL AS held
