-- Banking's guards: lines are the bank's facts, matches are events; both are only added to.

SELECT infra_make_ids(t), infra_make_append_only(t::regclass) FROM unnest(ARRAY[
    'banking_statement_file', 'banking_line', 'banking_match', 'banking_plan']) AS t;

CREATE VIEW banking_v_line WITH (security_invoker = true) AS SELECT * FROM banking_line;

-- Every row of what lines are booked as, undos with the sign turned.
CREATE VIEW banking_v_booking WITH (security_invoker = true) AS SELECT * FROM banking_match;

-- Matches in force: neither an undo nor undone.
CREATE VIEW banking_v_match WITH (security_invoker = true) AS
SELECT m.* FROM banking_match m
WHERE m.undoes_id IS NULL
  AND NOT EXISTS (SELECT FROM banking_match u WHERE u.undoes_id = m.id);

-- In: the matches of one statement. Refuses what a line's matches come to beyond the line or against its
-- sign; a match before its line; an undo, a return or a transfer that does not mirror its other side; and
-- what one person books to purposes beyond the limit of the day without another's approval. Locks:
-- advisory 7302, as whoever matches holds it.
CREATE FUNCTION banking_check_matches() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bad record;
BEGIN
    PERFORM pg_advisory_xact_lock(7302);
    SELECT n.line_id, coalesce(l.amount_fen, 0) AS amount_fen, n.fen INTO bad
    FROM (SELECT m.line_id, sum(m.amount_fen) AS fen FROM banking_match m
          WHERE m.line_id IN (SELECT line_id FROM new_matches) GROUP BY 1) n
    LEFT JOIN banking_line l ON l.id = n.line_id
    WHERE l.id IS NULL OR sign(n.fen) * sign(l.amount_fen) < 0 OR abs(n.fen) > abs(l.amount_fen)
    ORDER BY n.line_id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Bank line % is refused: % fen booked of %.', bad.line_id, bad.fen,
            bad.amount_fen USING ERRCODE = 'OB101', DETAIL = json_build_object(
                'line_id', bad.line_id, 'booked_fen', bad.fen, 'amount_fen', bad.amount_fen);
    END IF;
    SELECT n.id, n.line_id INTO bad
    FROM new_matches n
    LEFT JOIN banking_line l ON l.id = n.line_id
    LEFT JOIN banking_match o ON o.id = n.undoes_id
    LEFT JOIN banking_match p ON p.id = n.other_match_id
    LEFT JOIN banking_line q ON q.id = p.line_id
    WHERE CASE WHEN n.undoes_id IS NULL THEN n.effective_on < l.booked_on
               ELSE o.id IS NULL OR o.undoes_id IS NOT NULL OR n.effective_on < o.effective_on
                 OR (n.line_id, n.kind, n.purpose) <> (o.line_id, o.kind, o.purpose)
                 OR (n.amount_fen, n.transit_item_id, n.receipt_id, n.other_match_id) IS DISTINCT FROM
                    (-o.amount_fen, o.transit_item_id, o.receipt_id, o.other_match_id) END
       OR n.kind = 'return' AND (p.id IS NULL OR p.line_id = n.line_id OR abs(p.amount_fen + (
              SELECT sum(r.amount_fen) FROM banking_match r
              WHERE r.kind = 'return' AND r.other_match_id = p.id)) NOT IN (0, abs(p.amount_fen)))
       OR n.purpose = 'own_transfer' AND n.undoes_id IS NULL AND (
              p.id IS NULL OR p.purpose <> 'own_transfer' OR p.other_match_id <> n.id
              OR p.amount_fen <> -n.amount_fen OR q.bank_account_id = l.bank_account_id)
    ORDER BY n.id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Match % of bank line % is refused: it is not the mirror of its other side.',
            bad.id, bad.line_id USING ERRCODE = 'OB102',
            DETAIL = json_build_object('line_id', bad.line_id);
    END IF;
    SELECT n.line_id, n.fen, n.limit_fen INTO bad
    FROM (SELECT m.line_id, m.person_id, m.approval_id, sum(abs(m.amount_fen)) AS fen,
                 (SELECT p.amount_fen FROM banking_purpose_limit p
                  WHERE p.valid_from <= max(m.effective_on)
                  ORDER BY p.valid_from DESC LIMIT 1) AS limit_fen
          FROM new_matches m
          WHERE m.kind = 'purpose' AND m.purpose <> 'own_transfer' AND m.undoes_id IS NULL
          GROUP BY m.line_id, m.person_id, m.approval_id) n
    WHERE n.fen > coalesce(n.limit_fen, 0) AND NOT EXISTS (
        SELECT FROM work_v_approval a JOIN banking_plan p ON p.id = a.source_id
        WHERE a.id = n.approval_id AND a.app = 'banking' AND a.kind = 'bank_line'
          AND a.state = 'approved' AND a.requested_by_id = n.person_id AND p.line_id = n.line_id
          AND a.amount_fen >= n.fen)
    ORDER BY n.line_id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Bank line % is refused: % fen to purposes need a second person.',
            bad.line_id, bad.fen USING ERRCODE = 'OB103', DETAIL = json_build_object(
                'line_id', bad.line_id, 'amount_fen', bad.fen, 'limit_fen', bad.limit_fen);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER check_matches AFTER INSERT ON banking_match
    REFERENCING NEW TABLE AS new_matches
    FOR EACH STATEMENT EXECUTE FUNCTION banking_check_matches();

-- The documents of this app that may stand behind a journal.
INSERT INTO books_source_kind (kind, "table") VALUES
    ('bank_match', 'banking_match'),
    ('bank_opening', 'banking_bank_account');

CREATE VIEW banking_v_account WITH (security_invoker = true) AS SELECT * FROM banking_bank_account;

-- What money at the bank is for; the accounts are those of the posting rules bank.purpose.
INSERT INTO banking_purpose (code, name_zh, name_en) VALUES
    ('fee', '银行手续费', 'Bank fee'),
    ('interest', '存款利息', 'Interest'),
    ('expense', '其他费用支出', 'Other expense'),
    ('income', '其他收入', 'Other income'),
    ('fund_renewable', '上缴可再生能源电价附加', 'Renewable energy surcharge remitted'),
    ('fund_reservoir', '上缴水库移民后期扶持基金', 'Reservoir resettlement fund remitted'),
    ('fund_major_water', '上缴国家重大水利工程建设基金', 'Major water works fund remitted'),
    ('fund_other', '上缴其他代征基金', 'Other funds remitted'),
    ('remitted_up', '电费上划上级公司', 'Remitted to the superior company'),
    ('own_transfer', '本单位账户间划转', 'Transfer between own accounts'),
    ('difference', '长短款', 'Shortage or overage');

-- To start with: no more than 1,000.00 yuan of a line to purposes by one person.
INSERT INTO banking_purpose_limit (amount_fen, valid_from) VALUES (100000, '2000-01-01');
