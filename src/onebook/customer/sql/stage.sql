-- In: nothing. Out: the empty tables customer_incoming and customer_incoming_ids, which end with
-- the transaction. Locks: one import of customers at a time.
SELECT pg_advisory_xact_lock(hashtext('customer.import'));
DROP TABLE IF EXISTS pg_temp.customer_incoming, pg_temp.customer_incoming_ids;
CREATE TEMPORARY TABLE customer_incoming (
    ord bigint NOT NULL, account_number text NOT NULL, customer_name text NOT NULL,
    org_unit_id bigint NOT NULL, category_id smallint NOT NULL, opened_on date NOT NULL,
    customer_number text, metering_point text, phone text, address text, voltage text,
    capacity_kva integer
) ON COMMIT DROP;
CREATE TEMPORARY TABLE customer_incoming_ids (
    ord bigint NOT NULL, customer_id bigint NOT NULL, account_id bigint NOT NULL,
    point_id bigint NOT NULL, new_customer boolean NOT NULL, new_account boolean NOT NULL,
    new_point boolean NOT NULL
) ON COMMIT DROP;
