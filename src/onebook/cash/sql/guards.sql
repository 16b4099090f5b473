-- Cash's guards: append-only facts, prepayment never negative, transit never over-credited.

SELECT infra_make_ids(t), infra_make_append_only(t::regclass) FROM unnest(ARRAY[
    'cash_receipt', 'cash_receipt_file', 'cash_receipt_reversal', 'cash_receipt_move',
    'cash_prepayment_entry',
    'cash_offset', 'cash_remittance', 'cash_transit_item', 'cash_transit_credit']) AS t;

-- In: the prepayment movements of one statement. Refuses the batch if an account's balance is
-- below zero at the end of any day.
CREATE FUNCTION cash_check_prepayment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bad record;
BEGIN
    SELECT d.service_account_id, d.balance_fen, d.effective_on INTO bad
    FROM (
        SELECT e.service_account_id, e.effective_on,
               sum(sum(e.amount_fen)) OVER (PARTITION BY e.service_account_id ORDER BY e.effective_on)
                   AS balance_fen
        FROM cash_prepayment_entry e
        WHERE e.service_account_id IN (SELECT service_account_id FROM new_entries WHERE amount_fen < 0)
        GROUP BY e.service_account_id, e.effective_on
    ) d
    WHERE d.balance_fen < 0
    ORDER BY d.service_account_id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'The prepayment of service account % is refused: it would be % fen on %.',
            bad.service_account_id, bad.balance_fen, bad.effective_on
            USING ERRCODE = 'OB007', DETAIL = json_build_object(
                'account', (SELECT a.number FROM customer_v_service_account a
                            WHERE a.id = bad.service_account_id),
                'balance_fen', bad.balance_fen, 'day', bad.effective_on);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER check_prepayment AFTER INSERT ON cash_prepayment_entry
    REFERENCING NEW TABLE AS new_entries
    FOR EACH STATEMENT EXECUTE FUNCTION cash_check_prepayment();

-- In: the bank's credits of one statement. Refuses a transit item credited, at the end of some day,
-- below zero or above its amount, or before the item itself counts.
CREATE FUNCTION cash_check_transit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bad record;
BEGIN
    SELECT d.transit_item_id, d.credited, i.amount_fen, i.reference, d.effective_on INTO bad
    FROM (SELECT transit_item_id, effective_on,
                 sum(sum(amount_fen)) OVER (PARTITION BY transit_item_id ORDER BY effective_on)
                     AS credited
          FROM cash_transit_credit
          WHERE transit_item_id IN (SELECT transit_item_id FROM new_credits)
          GROUP BY transit_item_id, effective_on) d
    LEFT JOIN cash_transit_item i ON i.id = d.transit_item_id
    WHERE i.id IS NULL OR d.credited NOT BETWEEN 0 AND i.amount_fen
       OR d.effective_on < i.effective_on
    ORDER BY d.transit_item_id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Transit item % is refused: % fen credited of % on %.',
            bad.transit_item_id, bad.credited, bad.amount_fen, bad.effective_on
            USING ERRCODE = 'OB008', DETAIL = json_build_object(
                'reference', bad.reference, 'credited_fen', bad.credited,
                'amount_fen', bad.amount_fen, 'day', bad.effective_on);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER check_transit AFTER INSERT ON cash_transit_credit
    REFERENCING NEW TABLE AS new_credits
    FOR EACH STATEMENT EXECUTE FUNCTION cash_check_transit();

-- What moved the counter cash of a unit: receipts, and out again reversals and remittances.
CREATE VIEW cash_v_counter_movement WITH (security_invoker = true) AS
SELECT org_unit_id, amount_fen, effective_on, recorded_on, recorded_at
FROM cash_receipt WHERE channel = 'counter_cash'
UNION ALL
SELECT r.org_unit_id, -r.amount_fen, v.effective_on, v.recorded_on, v.recorded_at
FROM cash_receipt_reversal v JOIN cash_receipt r ON r.id = v.receipt_id
WHERE r.channel = 'counter_cash'
UNION ALL
SELECT org_unit_id, -amount_fen, effective_on, recorded_on, recorded_at FROM cash_remittance;

-- In: a unit. Refuses counter cash below zero at the end of any day. Locks: the unit's cash, until the
-- transaction ends.
CREATE FUNCTION cash_require_held(unit bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    bad record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('cash of unit ' || unit, 0));
    SELECT d.effective_on, d.balance_fen INTO bad
    FROM (SELECT m.effective_on,
                 sum(sum(m.amount_fen)) OVER (ORDER BY m.effective_on)::bigint AS balance_fen
          FROM cash_v_counter_movement m WHERE m.org_unit_id = unit GROUP BY m.effective_on) d
    WHERE d.balance_fen < 0 ORDER BY d.effective_on LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Unit % is refused: it would hold % fen of cash on %.',
            unit, bad.balance_fen, bad.effective_on
            USING ERRCODE = 'OB073', DETAIL = json_build_object(
                'balance_fen', bad.balance_fen, 'day', bad.effective_on);
    END IF;
END $$;

CREATE FUNCTION cash_check_remittances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM cash_require_held(u.org_unit_id)
    FROM (SELECT DISTINCT org_unit_id FROM new_remittances ORDER BY 1) u;
    RETURN NULL;
END $$;

CREATE TRIGGER check_held AFTER INSERT ON cash_remittance
    REFERENCING NEW TABLE AS new_remittances
    FOR EACH STATEMENT EXECUTE FUNCTION cash_check_remittances();

-- In: a receipt. Out: the slip of the remittance that holds its cash, else null. A unit's counter
-- cash goes to the bank in the order in which it was recorded, as far as it was not taken back: slips
-- name a sum and no receipts, and what lies longest in the till is paid in first.
CREATE FUNCTION cash_slip_of(receipt bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT m.slip_ref
    FROM cash_receipt r
    CROSS JOIN LATERAL (SELECT coalesce(sum(o.amount_fen), 0) AS fen FROM cash_receipt o
                        WHERE o.org_unit_id = r.org_unit_id AND o.channel = r.channel
                          AND (o.recorded_at, o.id) < (r.recorded_at, r.id)
                          AND NOT EXISTS (SELECT FROM cash_receipt_reversal v
                                          WHERE v.receipt_id = o.id)) earlier
    JOIN LATERAL (SELECT slip_ref, id, sum(amount_fen) OVER (ORDER BY recorded_at, id) AS fen
                  FROM cash_remittance WHERE org_unit_id = r.org_unit_id) m
      ON m.fen > earlier.fen
    WHERE r.id = receipt AND r.channel = 'counter_cash'
    ORDER BY m.fen, m.id LIMIT 1
$$;

-- In: a receipt, who takes it back, the business day. Out: whether one person may do that: who took it,
-- on the same day, up to the limit in force.
CREATE FUNCTION cash_may_reverse_alone(receipt bigint, person bigint, day date) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM cash_receipt r
                   WHERE r.id = receipt AND r.person_id = person AND r.recorded_on = day
                     AND r.amount_fen <= (SELECT l.amount_fen FROM cash_reversal_limit l
                                          WHERE l.valid_from <= day
                                          ORDER BY l.valid_from DESC LIMIT 1))
$$;

-- In: the reversal of a receipt. Refuses one whose money was moved, whose cash is remitted or no
-- longer held, or that one person may not do and nobody else approved as it is; that of a transfer is
-- the bank's, whose line stands behind it. Locks: the receipt and the unit's cash, until the
-- transaction ends.
CREATE FUNCTION cash_check_reversal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    slip text;
    unit bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('receipt ' || NEW.receipt_id, 0));
    IF EXISTS (SELECT FROM cash_receipt_move m WHERE m.receipt_id = NEW.receipt_id) THEN
        RAISE EXCEPTION 'Receipt % cannot be reversed: its money was moved.', NEW.receipt_id
            USING ERRCODE = 'OB072', DETAIL = json_build_object('receipt_id', NEW.receipt_id);
    END IF;
    SELECT org_unit_id INTO unit FROM cash_receipt WHERE id = NEW.receipt_id;
    PERFORM cash_require_held(unit);
    slip := cash_slip_of(NEW.receipt_id);
    IF slip IS NOT NULL THEN
        RAISE EXCEPTION 'Receipt % cannot be reversed: it was remitted by %.', NEW.receipt_id, slip
            USING ERRCODE = 'OB071',
                  DETAIL = json_build_object('receipt_id', NEW.receipt_id, 'slip_ref', slip);
    END IF;
    IF NEW.approval_id IS NULL
       AND EXISTS (SELECT FROM cash_receipt r
                   WHERE r.id = NEW.receipt_id AND r.channel <> 'bank_transfer')
       AND NOT cash_may_reverse_alone(NEW.receipt_id, NEW.person_id, NEW.recorded_on)
       OR NEW.approval_id IS NOT NULL AND NOT EXISTS (
           SELECT FROM work_v_approval a
           WHERE a.id = NEW.approval_id AND a.app = 'cash' AND a.kind = 'receipt_reversal'
             AND a.source_id = NEW.receipt_id AND a.state = 'approved'
             AND a.requested_by_id = NEW.person_id) THEN
        RAISE EXCEPTION 'Receipt % cannot be reversed: nobody approved it.', NEW.receipt_id
            USING ERRCODE = 'OB075', DETAIL = json_build_object('receipt_id', NEW.receipt_id);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER check_reversal AFTER INSERT ON cash_receipt_reversal
    FOR EACH ROW EXECUTE FUNCTION cash_check_reversal();

-- In: a move. Refuses one of a reversed receipt, and one that another person did not approve as it
-- is: of this receipt, to this account. Locks: the receipt, until the transaction ends.
CREATE FUNCTION cash_check_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('receipt ' || NEW.receipt_id, 0));
    IF EXISTS (SELECT FROM cash_receipt_reversal v WHERE v.receipt_id = NEW.receipt_id)
       OR NOT EXISTS (
           SELECT FROM work_v_approval a
           JOIN cash_receipt r ON r.id = NEW.receipt_id
           JOIN customer_v_service_account t ON t.id = NEW.service_account_id
           WHERE a.id = NEW.approval_id AND a.app = 'cash' AND a.kind = 'receipt_move'
             AND a.source_id = NEW.receipt_id AND a.state = 'approved'
             AND a.requested_by_id = NEW.person_id AND a.params ->> 'right' = t.number
             AND t.id <> r.service_account_id) THEN
        RAISE EXCEPTION 'The move of receipt % is refused: it is not approved, or reversed.',
            NEW.receipt_id
            USING ERRCODE = 'OB074', DETAIL = json_build_object('receipt_id', NEW.receipt_id);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER check_move AFTER INSERT ON cash_receipt_move
    FOR EACH ROW EXECUTE FUNCTION cash_check_move();

CREATE VIEW cash_v_receipt_move WITH (security_invoker = true) AS SELECT * FROM cash_receipt_move;

CREATE VIEW cash_v_receipt WITH (security_invoker = true) AS
SELECT r.*, v.effective_on AS reversed_on, v.recorded_on AS reversal_recorded_on,
       v.recorded_at AS reversal_recorded_at
FROM cash_receipt r LEFT JOIN cash_receipt_reversal v ON v.receipt_id = r.id;

CREATE VIEW cash_v_receipt_file WITH (security_invoker = true) AS SELECT * FROM cash_receipt_file;

CREATE VIEW cash_v_receipt_reversal WITH (security_invoker = true) AS
SELECT * FROM cash_receipt_reversal;

CREATE VIEW cash_v_offset WITH (security_invoker = true) AS SELECT * FROM cash_offset;

CREATE VIEW cash_v_remittance WITH (security_invoker = true) AS SELECT * FROM cash_remittance;

CREATE VIEW cash_v_prepayment_entry WITH (security_invoker = true) AS
SELECT * FROM cash_prepayment_entry;

CREATE VIEW cash_v_transit_item WITH (security_invoker = true) AS
SELECT * FROM cash_transit_item;

CREATE VIEW cash_v_transit_credit WITH (security_invoker = true) AS
SELECT * FROM cash_transit_credit;

-- The documents of this app that may stand behind a journal.
INSERT INTO books_source_kind (kind, "table") VALUES
    ('receipt', 'cash_receipt'),
    ('receipt_file', 'cash_receipt_file'),
    ('receipt_reversal', 'cash_receipt_reversal'),
    ('receipt_move', 'cash_receipt_move'),
    ('offset', 'cash_offset'),
    ('remittance', 'cash_remittance');

-- To start with: no more than 50,000.00 yuan in cash at once.
INSERT INTO cash_receipt_limit (channel, amount_fen, valid_from) VALUES
    ('counter_cash', 5000000, '2000-01-01');

-- To start with: a cashier takes back up to 1,000.00 yuan alone.
INSERT INTO cash_reversal_limit (amount_fen, valid_from) VALUES (100000, '2000-01-01');
