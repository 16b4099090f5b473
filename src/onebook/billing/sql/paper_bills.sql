-- In: bills. Out: those bills with their accounts and customers. Locks: none.
SELECT b.*, a.number, a.customer_name, a.address, a.voltage, a.capacity_kva
FROM billing_bill b JOIN customer_v_service_account a ON a.id = b.service_account_id
WHERE b.id = ANY(%(bills)s::bigint[])
