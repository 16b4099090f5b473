-- Billing's guards: bills are facts; exceptions are found once; decisions are added, not changed.

SELECT infra_make_ids(t), infra_make_append_only(t::regclass) FROM unnest(ARRAY[
    'billing_exception', 'billing_batch', 'billing_bill']) AS t;
SELECT infra_make_append_only('billing_bill_line');
SELECT infra_make_append_only('billing_decision');

CREATE VIEW billing_v_bill WITH (security_invoker = true) AS SELECT * FROM billing_bill;
CREATE VIEW billing_v_bill_line WITH (security_invoker = true) AS SELECT * FROM billing_bill_line;
CREATE VIEW billing_v_batch WITH (security_invoker = true) AS SELECT * FROM billing_batch;

-- Exceptions with the decision in force (the latest); open while there is none.
CREATE VIEW billing_v_exception WITH (security_invoker = true) AS
SELECT e.*, coalesce(d.kind, 'open') AS state, d.reason, d.person_id AS decided_by_id,
       d.recorded_at AS decided_at
FROM billing_exception e
LEFT JOIN LATERAL (SELECT * FROM billing_decision d WHERE d.exception_id = e.id
                   ORDER BY d.id DESC LIMIT 1) d ON true;

-- The documents of this app that may stand behind a journal.
INSERT INTO books_source_kind (kind, "table") VALUES
    ('bill_batch', 'billing_batch');
