-- Billing's guards: bills are facts; exceptions are found once; decisions are added, not changed.

SELECT infra_make_ids(t), infra_make_append_only(t::regclass) FROM unnest(ARRAY[
    'billing_exception', 'billing_batch', 'billing_bill']) AS t;
SELECT infra_make_append_only('billing_bill_line');
SELECT infra_make_append_only('billing_bill_portion');
SELECT infra_make_append_only('billing_bill_point');
SELECT infra_make_append_only('billing_bill_reading');
SELECT infra_make_append_only('billing_decision');
SELECT infra_make_append_only('billing_verification');
SELECT infra_make_append_only('billing_history');
SELECT infra_make_append_only('billing_batch_sum');
SELECT infra_make_ids('billing_invoice');
SELECT infra_make_append_only(t::regclass) FROM unnest(ARRAY['billing_invoice_terms',
    'billing_invoice', 'billing_invoice_bill', 'billing_invoice_event']) AS t;
SELECT infra_make_ids('billing_trial');
SELECT infra_make_append_only(t::regclass) FROM unnest(ARRAY[
    'billing_trial', 'billing_trial_sample', 'billing_trial_tick']) AS t;

CREATE VIEW billing_v_bill WITH (security_invoker = true) AS SELECT * FROM billing_bill;
-- Bills that no red bill reverses, red bills left out.
CREATE VIEW billing_v_standing_bill WITH (security_invoker = true) AS
SELECT b.* FROM billing_bill b
WHERE b.reverses_bill_id IS NULL
  AND NOT EXISTS (SELECT FROM billing_bill r WHERE r.reverses_bill_id = b.id);
-- Every reading that a bill was made of.
CREATE VIEW billing_v_bill_reading WITH (security_invoker = true) AS
SELECT b.id AS bill_id, b.reading_id FROM billing_bill b
UNION ALL SELECT o.bill_id, o.reading_id FROM billing_bill_reading o;
-- Corrected readings in force of months whose standing bill was made of others: it is still to be
-- reversed and issued again, or adjusted.
CREATE VIEW billing_v_open_correction WITH (security_invoker = true) AS
SELECT b.id AS bill_id, r.id AS reading_id, r.service_account_id, r.org_unit_id, r.bill_month,
       r.meter_id
FROM metering_v_reading r
JOIN billing_v_standing_bill b
  ON b.service_account_id = r.service_account_id AND b.bill_month = r.bill_month
WHERE r.version > 1 AND r.id <> b.reading_id
  AND NOT EXISTS (SELECT FROM billing_bill_reading o
                  WHERE o.bill_id = b.id AND o.reading_id = r.id)
UNION
-- The bills of its main meter and of that one's parts, which share losses and come off each other.
SELECT b.id, r.id, b.service_account_id, b.org_unit_id, b.bill_month, r.meter_id
FROM metering_v_reading r
JOIN metering_v_installation i
  ON i.service_account_id = r.service_account_id AND i.meter_id = r.meter_id
LEFT JOIN metering_v_point_terms t
  ON t.metering_point_id = i.metering_point_id AND t.during @> r.read_on - 1
JOIN LATERAL (
    SELECT q.bill_id, q.latest_reading_id FROM billing_bill_point q
    WHERE q.metering_point_id = coalesce(t.master_point_id, i.metering_point_id)
    UNION ALL
    SELECT q.bill_id, q.latest_reading_id FROM billing_bill_point q
    WHERE q.master_point_id = coalesce(t.master_point_id, i.metering_point_id)
      AND q.master_point_id <> 0
) q ON q.latest_reading_id < r.id
JOIN billing_v_standing_bill b ON b.id = q.bill_id AND b.bill_month = r.bill_month
WHERE r.version > 1 AND b.service_account_id <> r.service_account_id;
CREATE VIEW billing_v_bill_line WITH (security_invoker = true) AS SELECT * FROM billing_bill_line;
CREATE VIEW billing_v_bill_portion WITH (security_invoker = true) AS SELECT * FROM billing_bill_portion;
CREATE VIEW billing_v_bill_point WITH (security_invoker = true) AS SELECT * FROM billing_bill_point;
-- Accounts without a meter that have a part (定比, 定量) of a main meter, with the last reading of that
-- by bill month: their bill is made of it.
CREATE VIEW billing_v_quantity WITH (security_invoker = true) AS
SELECT DISTINCT ON (p.service_account_id, r.bill_month)
       p.service_account_id, a.org_unit_id, r.bill_month, r.id AS reading_id, r.status
FROM metering_v_point_terms t
JOIN customer_v_metering_point p ON p.id = t.metering_point_id
JOIN customer_v_service_account a ON a.id = p.service_account_id
JOIN customer_v_metering_point m ON m.id = t.master_point_id
JOIN metering_v_installation i
  ON i.service_account_id = m.service_account_id AND i.metering_point_id = t.master_point_id
JOIN metering_v_reading r ON r.service_account_id = i.service_account_id AND r.meter_id = i.meter_id
WHERE t.deduction <> 0 AND t.during @> r.read_on - 1
  AND NOT EXISTS (SELECT FROM metering_v_reading o
                  WHERE o.service_account_id = p.service_account_id AND o.bill_month = r.bill_month)
ORDER BY p.service_account_id, r.bill_month, r.id DESC;
CREATE VIEW billing_v_batch WITH (security_invoker = true) AS SELECT * FROM billing_batch;

-- Exceptions with what became of them last: open, release, hold, or clear (its cause is gone). Held is
-- too what waits for somebody else (another reading, an approval, a ticket); `decision` says for whom.
CREATE VIEW billing_v_exception WITH (security_invoker = true) AS
SELECT e.*, CASE WHEN coalesce(d.kind, 'reopen') = 'reopen' THEN 'open'
                 WHEN d.kind IN ('reread', 'estimate', 'ticket') THEN 'hold' ELSE d.kind END AS state,
       coalesce(d.kind, '') AS decision, d.reason, d.person_id AS decided_by_id, d.recorded_at AS decided_at
FROM billing_exception e
LEFT JOIN LATERAL (SELECT * FROM billing_decision d WHERE d.exception_id = e.id
                   ORDER BY d.id DESC LIMIT 1) d ON true;

-- The arrays of a month are read whole and seldom; packing them would cost more than it saves.
ALTER TABLE billing_history ALTER service_account_id SET STORAGE EXTERNAL,
    ALTER usage_e4 SET STORAGE EXTERNAL, ALTER total_fen SET STORAGE EXTERNAL,
    ALTER state SET STORAGE EXTERNAL;

-- The history of bills, a row an account, and the same as the bills and adjustments themselves give it.
CREATE VIEW billing_v_history WITH (security_invoker = true) AS
SELECT h.batch_id, h.adjustment_id, h.org_unit_id, h.bill_month, u.*
FROM billing_history h
CROSS JOIN LATERAL unnest(h.service_account_id, h.usage_e4, h.total_fen, h.state)
    AS u (service_account_id, usage_e4, total_fen, state);
CREATE VIEW billing_v_history_rebuilt WITH (security_invoker = true) AS
SELECT b.batch_id, NULL::bigint AS adjustment_id, b.org_unit_id, b.bill_month, b.service_account_id,
       b.usage_e4, b.total_fen,
       CASE WHEN b.reverses_bill_id IS NOT NULL THEN 16
            ELSE CASE WHEN r.status = 1 THEN 1 ELSE 0 END
                 + CASE WHEN o.how = 2 THEN 2 ELSE 0 END
                 + CASE WHEN s.bill_id IS NOT NULL THEN 4 ELSE 0 END
                 + CASE WHEN p.bill_id IS NOT NULL THEN 8 ELSE 0 END
                 + CASE WHEN b.replaces_bill_id IS NOT NULL THEN 16 ELSE 0 END
       END::smallint AS state
FROM billing_bill b
LEFT JOIN metering_v_every_reading r ON r.id = b.reading_id
LEFT JOIN metering_v_note o ON o.reading_id = b.reading_id
LEFT JOIN (SELECT DISTINCT bill_id FROM billing_bill_reading) s ON s.bill_id = b.id
LEFT JOIN (SELECT DISTINCT bill_id FROM billing_bill_portion) p ON p.bill_id = b.id
UNION ALL
SELECT NULL, p.adjustment_id, a.org_unit_id, p.bill_month, a.service_account_id, p.usage_e4,
       p.after_fen - p.before_fen, 32::smallint
FROM billing_adjustment_part p
JOIN billing_adjustment a ON a.id = p.adjustment_id
JOIN billing_adjustment_issue i ON i.adjustment_id = a.id;

CREATE VIEW billing_v_batch_sum WITH (security_invoker = true) AS SELECT * FROM billing_batch_sum;

-- What was billed by component (0: the bills or adjustment themselves: kWh, total, net), a batch's lines
-- added up by category, an adjustment's one by one; `posting` is the posting rules' component, that of
-- revenue of earlier years adjusted apart `prior_year`.
CREATE VIEW billing_v_revenue WITH (security_invoker = true) AS
SELECT s.batch_id, NULL::bigint AS adjustment_id, t.org_unit_id, s.category_id, t.issued_on,
       t.recorded_on, t.recorded_at, s.component_id, coalesce(c.account, '') AS account,
       coalesce(c.posting_component, '') AS posting, s.bills, s.quantity_e4, s.price_e10, s.amount_fen,
       s.net_fen
FROM billing_batch_sum s
JOIN billing_batch t ON t.id = s.batch_id
LEFT JOIN tariff_v_component c ON c.id = s.component_id
UNION ALL
SELECT NULL, a.id, a.org_unit_id, a.category_id, i.issued_on, i.recorded_on, i.recorded_at, 0, '', '', 0,
       a.usage_e4, 0, a.total_fen, a.net_fen
FROM billing_adjustment a JOIN billing_adjustment_issue i ON i.adjustment_id = a.id
UNION ALL
SELECT NULL, a.id, a.org_unit_id, a.category_id, i.issued_on, i.recorded_on, i.recorded_at,
       l.component_id, c.account,
       CASE WHEN i.prior_year_net_fen <> 0 AND left(l.posting, 5) <> 'fund:' AND l.posting <> 'relief'
             AND extract(year FROM l.bill_month) < extract(year FROM i.issued_on)
            THEN 'prior_year' ELSE l.posting END,
       0, l.quantity_e4, l.price_e10, l.amount_fen, l.net_fen
FROM billing_adjustment a
JOIN billing_adjustment_issue i ON i.adjustment_id = a.id
JOIN billing_adjustment_line l ON l.adjustment_id = a.id
JOIN tariff_v_component c ON c.id = l.component_id;

-- What power factors changed on bills (力调): of each bill that is held to a standard its P and Q, cosφ in
-- hundredths and the fee; a red bill takes all of it back with turned signs.
CREATE VIEW billing_v_power_factor WITH (security_invoker = true) AS
SELECT b.id AS bill_id, b.service_account_id, b.org_unit_id, b.category_id, b.bill_month, b.batch_id,
       CASE WHEN b.reverses_bill_id IS NULL THEN 1 ELSE -1 END AS bills, p.pf_standard_bp,
       p.active_e4, p.reactive_e4,
       (100 * round(p.active_e4 / sqrt(p.active_e4::numeric * p.active_e4
                                      + p.reactive_e4::numeric * p.reactive_e4), 2))::integer AS cosine,
       coalesce((SELECT sum(l.amount_fen) FROM billing_bill_line l
                 JOIN tariff_v_component c ON c.id = l.component_id
                 WHERE l.bill_id = b.id AND c.account = 'power_factor'), 0)::bigint AS amount_fen
FROM billing_bill b
JOIN billing_bill_portion p
  ON p.bill_id = coalesce(b.reverses_bill_id, b.id) AND p.portion_no = 0
WHERE p.pf_standard_bp > 0 AND p.active_e4 > 0;

-- What a unit's bills of a month are charged by beside readings: contract terms, terms of metering
-- points, tariffs and changes of tariff, as one number that another state of them does not have.
CREATE FUNCTION billing_basis(unit bigint, month date) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT coalesce(bit_xor(hashtextextended(x.said, 0)), 0)
    -- A reading of the month may be of the days before or after it.
    FROM (SELECT daterange(month - 31, month + 62) AS days) near
    CROSS JOIN LATERAL (
        SELECT (to_jsonb(t) - ARRAY['during', 'since', 'until'])::text || t.during * near.days AS said
        FROM customer_v_terms t JOIN customer_v_service_account a ON a.id = t.service_account_id
        WHERE a.org_unit_id = unit AND t.during && near.days
        UNION ALL
        SELECT (to_jsonb(t) - ARRAY['during', 'since', 'until'])::text || t.during * near.days
        FROM metering_v_point_terms t JOIN customer_v_metering_point p ON p.id = t.metering_point_id
        JOIN customer_v_service_account a ON a.id = p.service_account_id
        WHERE a.org_unit_id = unit AND t.during && near.days
        UNION ALL
        SELECT ('priced point', p.metering_point_id, p.tariff_code, p.during)::text
        FROM tariff_v_point_assignment p
        JOIN customer_v_service_account a ON a.id = p.service_account_id
        WHERE a.org_unit_id = unit
        UNION ALL
        SELECT ('change', t.id, t.tariff_code, t.during)::text
        FROM tariff_v_ended_assignment t
        JOIN customer_v_service_account a ON a.id = t.service_account_id
        WHERE a.org_unit_id = unit AND upper(t.during) BETWEEN month AND month + 31
        UNION ALL
        SELECT ('version', v.id, v.during * m.days)::text
        FROM tariff_v_version v
        CROSS JOIN (SELECT daterange(month, (month + interval '1 month')::date) AS days) m
        WHERE v.during && m.days
    ) x
$$;

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
    PERFORM pg_advisory_xact_lock(hashtextextended('adjustments ' || NEW.service_account_id, 0));
    IF EXISTS (SELECT FROM billing_v_adjusted_bill x WHERE x.bill_id = NEW.reverses_bill_id) THEN
        RAISE EXCEPTION 'Bill % is refused: an adjustment stands over the bill it reverses.', NEW.id
            USING ERRCODE = 'OB044', DETAIL = json_build_object('bill_id', NEW.reverses_bill_id);
    END IF;
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
        USING ERRCODE = 'OB041', DETAIL = json_build_object('bill_id', NEW.id);
END $$;

CREATE TRIGGER check_red AFTER INSERT ON billing_bill FOR EACH ROW
    WHEN (NEW.reverses_bill_id IS NOT NULL OR NEW.replaces_bill_id IS NOT NULL)
    EXECUTE FUNCTION billing_check_red();

-- The documents of this app that may stand behind a journal.
INSERT INTO books_source_kind (kind, "table") VALUES
    ('bill_batch', 'billing_batch'),
    ('adjustment', 'billing_adjustment');

-- Invoices with what became of them last: requested, issued, failed, dropped, voided, and
-- red_issued for a blue one whose red one is issued.
CREATE VIEW billing_v_invoice WITH (security_invoker = true) AS
SELECT i.*, CASE WHEN e.kind = 'issued' AND EXISTS (
               SELECT FROM billing_invoice r JOIN billing_invoice_event x ON x.invoice_id = r.id
               WHERE r.blue_id = i.id AND x.kind = 'issued') THEN 'red_issued' ELSE e.kind END AS state,
       e.reason AS state_reason, e.recorded_at AS state_at,
       n.code, n.number, n.effective_on AS issued_on
FROM billing_invoice i
JOIN LATERAL (SELECT * FROM billing_invoice_event e WHERE e.invoice_id = i.id
              ORDER BY e.id DESC LIMIT 1) e ON true
LEFT JOIN billing_invoice_event n ON n.invoice_id = i.id AND n.kind = 'issued';

-- Refuses a statement whose invoiced amounts are not their bills' (turned on a red invoice), or do
-- not add up to their invoice.
CREATE FUNCTION billing_check_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bad record;
BEGIN
    SELECT n.invoice_id, n.bill_id INTO bad
    FROM new_rows n JOIN billing_invoice i ON i.id = n.invoice_id
    LEFT JOIN billing_bill b ON b.id = n.bill_id
    CROSS JOIN LATERAL (SELECT CASE i.color WHEN 'red' THEN -1 ELSE 1 END AS sign) s
    WHERE b.id IS NULL OR (n.net_fen, n.vat_fen, n.gross_fen)
          <> (s.sign * b.net_fen, s.sign * b.vat_fen, s.sign * b.total_fen)
    ORDER BY 1, 2 LIMIT 1;
    IF NOT FOUND THEN
        SELECT i.id AS invoice_id, 0 AS bill_id INTO bad
        FROM billing_invoice i JOIN billing_invoice_bill l ON l.invoice_id = i.id
        WHERE i.id IN (SELECT invoice_id FROM new_rows)
        GROUP BY i.id
        HAVING (sum(l.net_fen), sum(l.vat_fen), sum(l.gross_fen))
               <> (i.net_fen::numeric, i.vat_fen::numeric, i.gross_fen::numeric)
        ORDER BY 1 LIMIT 1;
    END IF;
    IF FOUND THEN
        RAISE EXCEPTION 'Invoice % is refused: its amounts differ from those of its bills.',
            bad.invoice_id USING ERRCODE = 'OB021',
            DETAIL = json_build_object('invoice', bad.invoice_id, 'bill', bad.bill_id);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER check_invoice AFTER INSERT ON billing_invoice_bill REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION billing_check_invoice();

-- Refuses to free a bill whose invoice still stands: it is neither dropped nor voided nor red.
CREATE FUNCTION billing_check_standing() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    standing bigint;
BEGIN
    SELECT o.invoice_id INTO standing
    FROM old_rows o JOIN billing_v_invoice i ON i.id = o.invoice_id
    WHERE i.state IN ('requested', 'failed') OR (i.state = 'issued' AND i.color = 'blue')
    ORDER BY 1 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Invoice % still stands over its bills.', standing
            USING ERRCODE = 'OB022', DETAIL = json_build_object('invoice', standing);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER check_standing AFTER DELETE ON billing_invoice_standing
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION billing_check_standing();

SELECT infra_make_ids('billing_ticket');
SELECT infra_make_append_only('billing_ticket');
SELECT infra_make_append_only('billing_ticket_check');

-- Tickets with the state of the approval asked for them: open, approved or rejected.
CREATE VIEW billing_v_ticket WITH (security_invoker = true) AS
SELECT t.*, coalesce(a.state, 'open') AS state, a.id AS approval_id
FROM billing_ticket t
LEFT JOIN LATERAL (SELECT a.id, a.state FROM work_v_approval a
                   WHERE a.app = 'billing' AND a.kind = 'ticket' AND a.source_id = t.id
                   ORDER BY a.id DESC LIMIT 1) a ON true;

-- In: a check. Refuses one by the person who made the ticket.
CREATE FUNCTION billing_check_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM billing_ticket t
               WHERE t.id = NEW.ticket_id AND t.person_id = NEW.person_id) THEN
        RAISE EXCEPTION 'Ticket % is refused: person % made it.', NEW.ticket_id, NEW.person_id
            USING ERRCODE = 'OB061', DETAIL = json_build_object('ticket_id', NEW.ticket_id);
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER check_ticket BEFORE INSERT ON billing_ticket_check
    FOR EACH ROW EXECUTE FUNCTION billing_check_ticket();

SELECT infra_make_ids('billing_adjustment');
SELECT infra_make_append_only(t::regclass) FROM unnest(ARRAY['billing_adjustment',
    'billing_adjustment_part', 'billing_adjustment_line', 'billing_adjustment_issue',
    'billing_adjustment_invoice']) AS t;

-- Adjustments with what became of them: open (waits for approval), rejected, or issued, and the counter
-- document that took it back, if any.
CREATE VIEW billing_v_adjustment WITH (security_invoker = true) AS
SELECT a.*, i.issued_on, i.due_on, i.prior_year_net_fen, i.recorded_on AS issue_recorded_on,
       i.recorded_at AS issue_recorded_at, w.id AS approval_id,
       CASE WHEN i.adjustment_id IS NOT NULL THEN 'issued'
            WHEN w.state = 'rejected' THEN 'rejected' ELSE 'open' END AS state,
       w.decided_on, c.id AS countered_by_id
FROM billing_adjustment a
LEFT JOIN billing_adjustment_issue i ON i.adjustment_id = a.id
LEFT JOIN work_v_approval w
  ON w.app = 'billing' AND w.kind = 'adjustment' AND w.source_id = a.id
LEFT JOIN LATERAL (SELECT c.id FROM billing_adjustment c
                   JOIN billing_adjustment_issue ci ON ci.adjustment_id = c.id
                   WHERE c.counters_id = a.id LIMIT 1) c ON true;
CREATE VIEW billing_v_adjustment_part WITH (security_invoker = true) AS
SELECT * FROM billing_adjustment_part;
CREATE VIEW billing_v_adjustment_line WITH (security_invoker = true) AS
SELECT * FROM billing_adjustment_line;
-- Bills over which an adjustment stands: charged or refunded, and not taken back. Its kWh count in the
-- year of the bill.
CREATE VIEW billing_v_adjusted_bill WITH (security_invoker = true) AS
SELECT p.bill_id, p.bill_month, p.usage_e4, p.adjustment_id, a.service_account_id, a.org_unit_id
FROM billing_adjustment_part p
JOIN billing_adjustment a ON a.id = p.adjustment_id AND a.counters_id IS NULL
JOIN billing_adjustment_issue i ON i.adjustment_id = a.id
WHERE NOT EXISTS (SELECT FROM billing_adjustment c
                  JOIN billing_adjustment_issue ci ON ci.adjustment_id = c.id
                  WHERE c.counters_id = a.id);

-- In: the lines of one statement. Refuses an adjustment whose lines or parts do not add up to it, and a
-- counter document that does not mirror what it takes back.
CREATE FUNCTION billing_check_adjustment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bad bigint;
BEGIN
    SELECT a.id INTO bad FROM billing_adjustment a
    LEFT JOIN billing_adjustment o ON o.id = a.counters_id
    WHERE a.id IN (SELECT adjustment_id FROM new_rows)
      AND ((a.total_fen::numeric, a.net_fen::numeric)
           IS DISTINCT FROM (SELECT (sum(l.amount_fen), sum(l.net_fen)) FROM billing_adjustment_line l
                             WHERE l.adjustment_id = a.id)
        OR (a.usage_e4::numeric, a.total_fen::numeric)
           IS DISTINCT FROM (SELECT (sum(p.usage_e4), sum(p.after_fen - p.before_fen))
                             FROM billing_adjustment_part p WHERE p.adjustment_id = a.id)
        OR (a.counters_id IS NOT NULL AND (o.counters_id IS NOT NULL
            OR (a.usage_e4, a.total_fen, a.net_fen, a.vat_fen, a.service_account_id)
               IS DISTINCT FROM (-o.usage_e4, -o.total_fen, -o.net_fen, -o.vat_fen,
                                 o.service_account_id))))
    ORDER BY 1 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Adjustment % is refused: its lines do not add up to it.', bad
            USING ERRCODE = 'OB045', DETAIL = json_build_object('adjustment_id', bad);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER check_adjustment AFTER INSERT ON billing_adjustment_line
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION billing_check_adjustment();

-- In: the issue of an adjustment. Refuses one that nobody else approved, one over a bill that does not
-- stand or that another adjustment stands over, and taking back what is not issued or is taken back
-- already. Locks: the account's adjustments, until the transaction ends.
CREATE FUNCTION billing_check_adjustment_issue() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked record;
BEGIN
    SELECT * INTO asked FROM billing_adjustment a WHERE a.id = NEW.adjustment_id;
    PERFORM pg_advisory_xact_lock(hashtextextended('adjustments ' || asked.service_account_id, 0));
    IF NOT EXISTS (SELECT FROM work_v_approval w
                   WHERE w.id = NEW.approval_id AND w.app = 'billing' AND w.kind = 'adjustment'
                     AND w.source_id = asked.id AND w.state = 'approved'
                     AND w.amount_fen = asked.total_fen AND w.requested_by_id = asked.person_id) THEN
        RAISE EXCEPTION 'Adjustment % is refused: it is not approved.', NEW.adjustment_id
            USING ERRCODE = 'OB046', DETAIL = json_build_object('adjustment_id', NEW.adjustment_id);
    END IF;
    IF asked.counters_id IS NULL AND EXISTS (
           SELECT FROM billing_adjustment_part p
           WHERE p.adjustment_id = asked.id
             AND (NOT EXISTS (SELECT FROM billing_v_standing_bill b WHERE b.id = p.bill_id)
                  OR EXISTS (SELECT FROM billing_v_adjusted_bill x
                             WHERE x.bill_id = p.bill_id AND x.adjustment_id <> asked.id)))
       OR asked.counters_id IS NOT NULL AND (
           NOT EXISTS (SELECT FROM billing_adjustment_issue i
                       WHERE i.adjustment_id = asked.counters_id)
           OR EXISTS (SELECT FROM billing_adjustment c
                      JOIN billing_adjustment_issue i ON i.adjustment_id = c.id
                      WHERE c.counters_id = asked.counters_id AND c.id <> asked.id)) THEN
        RAISE EXCEPTION 'Adjustment % is refused: what it adjusts does not stand, or is adjusted.',
            NEW.adjustment_id
            USING ERRCODE = 'OB047', DETAIL = json_build_object('adjustment_id', NEW.adjustment_id);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER check_adjustment_issue AFTER INSERT ON billing_adjustment_issue
    FOR EACH ROW EXECUTE FUNCTION billing_check_adjustment_issue();
