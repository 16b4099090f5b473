-- In: customer_incoming and its ids. Out: the ord of each row whose account or customer is
-- recorded and differs; blank cells (null) say nothing. Locks: none.
SELECT i.ord
FROM customer_incoming i
JOIN customer_incoming_ids k ON k.ord = i.ord
LEFT JOIN customer_customer c ON c.id = k.customer_id
LEFT JOIN customer_service_account a ON a.id = k.account_id
WHERE (c.name, c.phone) <> (i.customer_name, coalesce(i.phone, c.phone))
   OR (a.category_id, a.address, a.voltage, a.capacity_kva) <>
      (i.category_id, coalesce(i.address, a.address), coalesce(i.voltage, a.voltage),
       coalesce(i.capacity_kva, a.capacity_kva))
ORDER BY i.ord
