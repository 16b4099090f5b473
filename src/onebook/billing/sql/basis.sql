-- In: org unit, month. Out: one row: what the unit's bills of the month are charged by beside readings,
-- as one number. Locks: none.
SELECT billing_basis(%(org_unit)s, %(month)s) AS basis
