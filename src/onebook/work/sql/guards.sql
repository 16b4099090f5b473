-- Work's guards: requests, evidence and decisions are facts; nobody decides what they asked for.

SELECT infra_make_ids(t), infra_make_append_only(t::regclass) FROM unnest(ARRAY[
    'work_approval', 'work_evidence']) AS t;
SELECT infra_make_append_only('work_approval_step');
SELECT infra_make_append_only('work_approval_decision');

-- In: a decision. Refuses one by the person who asked or who decided before, one out of turn, and one
-- of what is decided already. Locks: the approval, until the transaction ends.
CREATE FUNCTION work_check_decision() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before bigint;
    rejected boolean;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('approval ' || NEW.approval_id, 0));
    IF EXISTS (SELECT FROM work_approval a
               WHERE a.id = NEW.approval_id AND a.requested_by_id = NEW.person_id)
       OR EXISTS (SELECT FROM work_approval_decision d
                  WHERE d.approval_id = NEW.approval_id AND d.person_id = NEW.person_id) THEN
        RAISE EXCEPTION 'Approval % is refused: person % asked for it or decided before.',
            NEW.approval_id, NEW.person_id
            USING ERRCODE = 'OB042', DETAIL = json_build_object('approval_id', NEW.approval_id);
    END IF;
    SELECT count(*), coalesce(bool_or(d.kind = 'reject'), false) INTO before, rejected
    FROM work_approval_decision d WHERE d.approval_id = NEW.approval_id;
    IF rejected OR NOT EXISTS (SELECT FROM work_approval_step s
                               WHERE s.approval_id = NEW.approval_id AND s.level = NEW.level
                                 AND before = (SELECT count(*) FROM work_approval_step e
                                               WHERE e.approval_id = s.approval_id
                                                 AND e.level < s.level)) THEN
        RAISE EXCEPTION 'Approval % is refused: it does not wait for level %.',
            NEW.approval_id, NEW.level
            USING ERRCODE = 'OB043', DETAIL = json_build_object('approval_id', NEW.approval_id);
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER check_decision BEFORE INSERT ON work_approval_decision
    FOR EACH ROW EXECUTE FUNCTION work_check_decision();

-- Requests with their state: open (level and role wait), approved, or rejected.
CREATE VIEW work_v_approval WITH (security_invoker = true) AS
SELECT a.*,
       CASE WHEN d.rejected THEN 'rejected' WHEN s.level IS NULL THEN 'approved' ELSE 'open' END
           AS state,
       s.level, s.role, d.decided_on
FROM work_approval a
CROSS JOIN LATERAL (SELECT coalesce(bool_or(d.kind = 'reject'), false) AS rejected,
                           max(d.level) AS level, max(d.recorded_on) AS decided_on
                    FROM work_approval_decision d WHERE d.approval_id = a.id) d
LEFT JOIN LATERAL (SELECT s.level, s.role FROM work_approval_step s
                   WHERE s.approval_id = a.id AND NOT d.rejected
                     AND s.level > coalesce(d.level, 0)
                   ORDER BY s.level LIMIT 1) s ON true;

-- To start with: the team leader for everything, the marketing manager from 1,000.00 yuan on, the
-- finance manager from 10,000.00 on.
INSERT INTO work_approval_level (kind, level, role, from_fen, valid_from)
SELECT k.kind, l.level, l.role, l.from_fen, date '2000-01-01'
FROM unnest(ARRAY['bill_cancel', 'adjustment', 'estimate', 'ticket', 'receipt_move',
                  'receipt_reversal']) AS k (kind)
CROSS JOIN (VALUES (1, 'team_leader', 0), (2, 'marketing_manager', 100000),
                   (3, 'finance_manager', 1000000)) AS l (level, role, from_fen);

-- What a bank line is booked to, beyond what one person may: finance's own matter.
INSERT INTO work_approval_level (kind, level, role, from_fen, valid_from) VALUES
    ('bank_line', 1, 'finance_manager', 0, '2000-01-01'),
    ('bank_line', 2, 'general_manager', 10000000, '2000-01-01');
