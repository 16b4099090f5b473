-- In: customer_incoming and its ids, :simulated. Out: customers, accounts and metering points as
-- the file gives them. Locks: the rows that change.
UPDATE customer_customer c SET name = i.customer_name, phone = coalesce(i.phone, c.phone)
FROM (SELECT DISTINCT ON (k.customer_id) k.customer_id, n.customer_name,
             max(n.phone) OVER (PARTITION BY k.customer_id) AS phone
      FROM customer_incoming n JOIN customer_incoming_ids k ON k.ord = n.ord) i
WHERE c.id = i.customer_id
  AND (c.name, c.phone) <> (i.customer_name, coalesce(i.phone, c.phone));

UPDATE customer_service_account a
SET category_id = i.category_id, address = coalesce(i.address, a.address),
    voltage = coalesce(i.voltage, a.voltage), capacity_kva = coalesce(i.capacity_kva, a.capacity_kva)
FROM customer_incoming i JOIN customer_incoming_ids k ON k.ord = i.ord
WHERE a.id = k.account_id
  AND (a.category_id, a.address, a.voltage, a.capacity_kva) <>
      (i.category_id, coalesce(i.address, a.address), coalesce(i.voltage, a.voltage),
       coalesce(i.capacity_kva, a.capacity_kva));

INSERT INTO customer_customer (id, number, name, phone, simulated)
SELECT k.customer_id, coalesce(i.customer_number, i.account_number), i.customer_name,
       coalesce(i.phone, ''), %(simulated)s
FROM customer_incoming i JOIN customer_incoming_ids k ON k.ord = i.ord
WHERE k.new_customer;

INSERT INTO customer_service_account (id, number, customer_id, org_unit_id, category_id, address,
                                      voltage, capacity_kva, opened_on)
SELECT k.account_id, i.account_number, k.customer_id, i.org_unit_id, i.category_id,
       coalesce(i.address, ''), coalesce(i.voltage, ''), coalesce(i.capacity_kva, 0), i.opened_on
FROM customer_incoming i JOIN customer_incoming_ids k ON k.ord = i.ord
WHERE k.new_account;

INSERT INTO customer_metering_point (id, number, service_account_id)
SELECT k.point_id, coalesce(i.metering_point, i.account_number), k.account_id
FROM customer_incoming i JOIN customer_incoming_ids k ON k.ord = i.ord
WHERE k.new_point;
