-- In: org unit, month, rule, and columns of readings that cannot be billed by it: account, reading,
-- usage, expected, found. Out: an exception each that keeps the bill back; one that was cleared is
-- reopened. Locks: none.
WITH refused AS MATERIALIZED (
    SELECT * FROM unnest(%(service_account_id)s::bigint[], %(reading_id)s::bigint[],
                         %(usage_e4)s::bigint[], %(expected)s::text[], %(found)s::text[])
        AS u (service_account_id, reading_id, usage_e4, expected, found)
), reopened AS (
    INSERT INTO billing_decision (exception_id, kind, reason)
    SELECT e.id, 'reopen', '' FROM billing_v_exception e
    JOIN refused r ON r.reading_id = e.reading_id AND r.service_account_id = e.service_account_id
    WHERE e.rule = %(rule)s AND e.state = 'clear'
)
INSERT INTO billing_exception (id, service_account_id, org_unit_id, reading_id, bill_month, rule,
                               blocking, expected, found, usage_e4)
SELECT nextval('billing_exception_ids'), service_account_id, %(org_unit)s, reading_id, %(month)s,
       %(rule)s, true, expected, found, usage_e4
FROM refused
ON CONFLICT (reading_id, rule, service_account_id) DO NOTHING
