-- In: columns of new exceptions of one unit and month. Out: one row each.
INSERT INTO billing_exception (id, service_account_id, reading_id, rule, blocking, expected, found,
                               usage_e4, org_unit_id, bill_month)
SELECT u.*, %(org_unit)s, %(month)s
FROM unnest(%(id)s::bigint[], %(service_account_id)s::bigint[], %(reading_id)s::bigint[],
            %(rule)s::text[], %(blocking)s::boolean[], %(expected)s::text[], %(found)s::text[],
            %(usage_e4)s::bigint[]) AS u
ON CONFLICT (reading_id, rule) DO NOTHING
