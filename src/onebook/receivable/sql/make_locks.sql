-- In: service accounts. Out: a lock row for each that lacks one.
INSERT INTO receivable_account_lock (service_account_id)
SELECT DISTINCT a FROM unnest(%(accounts)s::bigint[]) AS a ORDER BY a
ON CONFLICT DO NOTHING
