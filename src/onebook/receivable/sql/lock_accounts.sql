-- In: service accounts. Out: nothing. Locks: their rows in receivable_account_lock, ascending.
SELECT service_account_id FROM receivable_account_lock
WHERE service_account_id = ANY(%(accounts)s::bigint[])
ORDER BY service_account_id FOR UPDATE
