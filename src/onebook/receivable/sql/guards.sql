-- Receivable's guards: append-only facts, and 0 <= settled <= principal at every date.

SELECT infra_make_ids('receivable_open_item');
SELECT infra_make_ids('receivable_settlement');
SELECT infra_make_ids('receivable_opening');
SELECT infra_make_append_only('receivable_open_item');
SELECT infra_make_append_only('receivable_settlement');
SELECT infra_make_append_only('receivable_opening');
SELECT infra_make_append_only('receivable_snapshot');
SELECT infra_make_append_only('receivable_snapshot_item');

-- In: the settlements of one statement. Refuses the batch if, at the end of any day, an item they
-- touch is settled below zero or above its principal, or before the item itself counts.
CREATE FUNCTION receivable_check_settlements() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bad record;
BEGIN
    SELECT d.open_item_id, d.settled_fen, i.principal_fen, d.effective_on, i.service_account_id,
           i.bill_month INTO bad
    FROM (
        SELECT s.open_item_id, s.effective_on,
               sum(sum(s.amount_fen)) OVER (PARTITION BY s.open_item_id ORDER BY s.effective_on)
                   AS settled_fen
        FROM receivable_settlement s
        WHERE s.open_item_id IN (SELECT DISTINCT open_item_id FROM new_settlements)
        GROUP BY s.open_item_id, s.effective_on
    ) d
    LEFT JOIN receivable_open_item i ON i.id = d.open_item_id
    WHERE i.id IS NULL OR d.settled_fen < 0 OR d.settled_fen > i.principal_fen
       OR d.effective_on < i.effective_on
    ORDER BY d.open_item_id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Item % is refused: % fen settled of % on %.',
            bad.open_item_id, bad.settled_fen, bad.principal_fen, bad.effective_on
            USING ERRCODE = 'OB006', DETAIL = json_build_object(
                'account', (SELECT a.number FROM customer_v_service_account a
                            WHERE a.id = bad.service_account_id),
                'month', to_char(bad.bill_month, 'YYYY-MM'), 'item', bad.open_item_id,
                'settled_fen', bad.settled_fen, 'principal_fen', bad.principal_fen,
                'day', bad.effective_on);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER check_settlements AFTER INSERT ON receivable_settlement
    REFERENCING NEW TABLE AS new_settlements
    FOR EACH STATEMENT EXECUTE FUNCTION receivable_check_settlements();

-- Read by upper apps.
CREATE VIEW receivable_v_open_item WITH (security_invoker = true) AS
SELECT * FROM receivable_open_item;
CREATE VIEW receivable_v_settlement WITH (security_invoker = true) AS
SELECT * FROM receivable_settlement;
CREATE VIEW receivable_v_opening WITH (security_invoker = true) AS
SELECT * FROM receivable_opening;

-- The documents of this app that may stand behind a journal.
INSERT INTO books_source_kind (kind, "table") VALUES
    ('opening', 'receivable_opening');

INSERT INTO receivable_allocation_policy (id, code, name_zh, valid_from) VALUES
    (1, 'oldest_first', '先欠先还,本金优先', '2000-01-01');
