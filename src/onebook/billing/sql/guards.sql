-- Billing's guards: bills are facts; exceptions are found once; decisions are added, not changed.

SELECT infra_make_ids(t), infra_make_append_only(t::regclass) FROM unnest(ARRAY[
    'billing_exception', 'billing_batch', 'billing_bill']) AS t;
SELECT infra_make_append_only('billing_bill_line');
SELECT infra_make_append_only('billing_bill_reading');
SELECT infra_make_append_only('billing_decision');
SELECT infra_make_append_only('billing_verification');

CREATE VIEW billing_v_bill WITH (security_invoker = true) AS SELECT * FROM billing_bill;
-- Bills that no red bill reverses, red bills left out.
CREATE VIEW billing_v_standing_bill WITH (security_invoker = true) AS
SELECT b.* FROM billing_bill b
WHERE b.reverses_bill_id IS NULL
  AND NOT EXISTS (SELECT FROM billing_bill r WHERE r.reverses_bill_id = b.id);
CREATE VIEW billing_v_bill_line WITH (security_invoker = true) AS SELECT * FROM billing_bill_line;
CREATE VIEW billing_v_batch WITH (security_invoker = true) AS SELECT * FROM billing_batch;

-- Exceptions with what became of them last: open, release, hold, or clear (its cause is gone).
CREATE VIEW billing_v_exception WITH (security_invoker = true) AS
SELECT e.*, CASE coalesce(d.kind, 'reopen') WHEN 'reopen' THEN 'open' ELSE d.kind END AS state,
       d.reason, d.person_id AS decided_by_id, d.recorded_at AS decided_at
FROM billing_exception e
LEFT JOIN LATERAL (SELECT * FROM billing_decision d WHERE d.exception_id = e.id
                   ORDER BY d.id DESC LIMIT 1) d ON true;

-- The parameter of a rule in force on a day: the category's own, else that of every category.
-- Refuses to answer where there is none, so that no rule is passed over in silence.
CREATE FUNCTION billing_threshold_on(asked_rule text, asked_name text, category smallint, day date)
RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
    in_force bigint;
BEGIN
    SELECT t.value INTO in_force FROM billing_threshold t
    WHERE t.rule = asked_rule AND t.name = asked_name AND t.valid_from <= day
      AND (t.category_id = category OR t.category_id IS NULL)
    ORDER BY t.category_id IS NULL, t.valid_from DESC LIMIT 1;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'The parameter % of % has no value on %. Add a dated row to billing_threshold.',
            asked_name, asked_rule, day USING ERRCODE = 'OB009',
            DETAIL = json_build_object('name', asked_name, 'rule', asked_rule, 'day', day);
    END IF;
    RETURN in_force;
END $$;

-- In: a red bill, or one that replaces another; no other bill costs more than the condition. Refuses a
-- red bill that does not mirror the bill it reverses, and a bill in the place of one that still stands.
CREATE FUNCTION billing_check_red() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.reverses_bill_id IS NOT NULL AND NEW.replaces_bill_id IS NULL AND EXISTS (
        SELECT FROM billing_bill o
        WHERE o.id = NEW.reverses_bill_id AND o.reverses_bill_id IS NULL
          AND (o.service_account_id, o.bill_month, -o.usage_e4, -o.total_fen, -o.net_fen, -o.vat_fen)
            = (NEW.service_account_id, NEW.bill_month, NEW.usage_e4, NEW.total_fen, NEW.net_fen,
               NEW.vat_fen)) THEN
        RETURN NULL;
    END IF;
    IF NEW.reverses_bill_id IS NULL AND EXISTS (
        SELECT FROM billing_bill o JOIN billing_bill r ON r.reverses_bill_id = o.id
        WHERE o.id = NEW.replaces_bill_id
          AND (o.service_account_id, o.bill_month) = (NEW.service_account_id, NEW.bill_month)) THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'Bill % is refused: it neither mirrors a bill nor replaces a reversed one.', NEW.id
        USING ERRCODE = 'OB011', DETAIL = json_build_object('bill_id', NEW.id);
END $$;

CREATE TRIGGER check_red AFTER INSERT ON billing_bill FOR EACH ROW
    WHEN (NEW.reverses_bill_id IS NOT NULL OR NEW.replaces_bill_id IS NOT NULL)
    EXECUTE FUNCTION billing_check_red();

-- The documents of this app that may stand behind a journal.
INSERT INTO books_source_kind (kind, "table") VALUES
    ('bill_batch', 'billing_batch');
