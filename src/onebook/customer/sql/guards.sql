-- Identifiers of customers' tables, and the views that upper apps read.

SELECT infra_make_ids('customer_customer');
SELECT infra_make_ids('customer_service_account');
SELECT infra_make_ids('customer_metering_point');
SELECT infra_make_ids('customer_terms');

-- One set of terms of an account on any day.
SELECT infra_make_dated('customer_terms', 'service_account_id');

-- LEFT, so that a query which asks nothing of the customer does not read it.
CREATE VIEW customer_v_service_account WITH (security_invoker = true) AS
SELECT a.id, a.number, a.customer_id, c.number AS customer_number, c.name AS customer_name,
       c.phone, a.org_unit_id, a.category_id, a.address, a.voltage, a.capacity_kva,
       a.opened_on, a.closed_on, c.simulated
FROM customer_service_account a LEFT JOIN customer_customer c ON c.id = a.customer_id;

CREATE VIEW customer_v_metering_point WITH (security_invoker = true) AS
SELECT * FROM customer_metering_point;

CREATE VIEW customer_v_terms WITH (security_invoker = true) AS
SELECT t.*, lower(t.during) AS since, upper(t.during) AS until FROM customer_terms t;
