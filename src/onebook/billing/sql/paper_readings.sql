-- In: bills. Out: the readings that each counts. Locks: none.
SELECT id AS bill_id, reading_id FROM billing_bill WHERE id = ANY(%(bills)s::bigint[])
UNION ALL
SELECT bill_id, reading_id FROM billing_bill_reading WHERE bill_id = ANY(%(bills)s::bigint[])
ORDER BY 1, 2
