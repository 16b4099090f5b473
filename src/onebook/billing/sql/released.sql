-- In: org unit, month, rule. Out: the readings of which a person released what the rule found.
-- Locks: none.
SELECT reading_id FROM billing_v_exception
WHERE org_unit_id = %(org_unit)s AND bill_month = %(month)s AND rule = %(rule)s AND state = 'release'
