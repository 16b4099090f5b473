-- The book's guards: append-only, balanced, sourced, open period. They refuse; they never compute.

SELECT infra_make_ids('books_journal');
SELECT infra_make_ids('books_posting');
SELECT infra_make_append_only('books_journal');
SELECT infra_make_append_only('books_posting');

ALTER TABLE books_posting_rule ADD CONSTRAINT books_posting_rule_dated
    EXCLUDE USING gist (int8range(hashtextextended(event || '|' || component, 0),
                                  hashtextextended(event || '|' || component, 0), '[]') WITH &&,
                        during WITH &&);

-- In: the journals of one statement. Refuses a source document that is unknown or does not exist, an
-- effective date after the business day, and one up to the end of the latest locked month. One probe a
-- source kind, not a row. Locks: advisory 7303, shared: who locks a month waits for the transactions
-- that post, and they for him.
CREATE FUNCTION books_check_journals() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    source record;
    missing bigint;
    bad record;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7303);
    SELECT j.id, j.source_kind INTO bad FROM new_journals j
    WHERE NOT EXISTS (SELECT FROM books_source_kind k WHERE k.kind = j.source_kind)
    ORDER BY j.id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Journal % is refused: % is not a registered kind of source document.',
            bad.id, bad.source_kind USING ERRCODE = 'OB003',
            DETAIL = json_build_object('journal', bad.id, 'kind', bad.source_kind);
    END IF;
    FOR source IN SELECT DISTINCT k.kind, k."table" FROM new_journals j
                  JOIN books_source_kind k ON k.kind = j.source_kind LOOP
        EXECUTE format('SELECT j.id FROM new_journals j WHERE j.source_kind = %L AND NOT EXISTS '
                       '(SELECT FROM %I d WHERE d.id = j.source_id) ORDER BY j.id LIMIT 1',
                       source.kind, source."table") INTO missing;
        IF missing IS NOT NULL THEN
            RAISE EXCEPTION 'Journal % is refused: its source document % does not exist.',
                missing, source.kind USING ERRCODE = 'OB003',
                DETAIL = json_build_object('journal', missing, 'kind', source.kind);
        END IF;
    END LOOP;
    SELECT j.id, j.effective_on, j.recorded_on INTO bad FROM new_journals j
    WHERE j.effective_on > j.recorded_on ORDER BY j.id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Journal % is refused: it counts for %, and the business day is %.',
            bad.id, bad.effective_on, bad.recorded_on USING ERRCODE = 'OB051',
            DETAIL = json_build_object('day', bad.effective_on, 'today', bad.recorded_on);
    END IF;
    SELECT j.id, j.effective_on, j.source_kind INTO bad FROM new_journals j
    WHERE j.effective_on < (SELECT max(l.month) + interval '1 month' FROM books_period_lock l
                            WHERE l.module IN ('*', j.source_kind))
    ORDER BY j.id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Journal % is refused: % lies in a locked month. Post it on the first open day.',
            bad.id, bad.effective_on USING ERRCODE = 'OB004',
            DETAIL = json_build_object(
                'month', to_char(bad.effective_on, 'YYYY-MM'),
                'first_open', (SELECT (max(l.month) + interval '1 month')::date
                               FROM books_period_lock l
                               WHERE l.module IN ('*', bad.source_kind)));
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER check_journals AFTER INSERT ON books_journal
    REFERENCING NEW TABLE AS new_journals
    FOR EACH STATEMENT EXECUTE FUNCTION books_check_journals();

-- In: the postings of one statement. Refuses the batch if a journal does not balance to zero, on
-- the balance sheet and among memorandum accounts apart, has no journal row, or had postings before.
CREATE FUNCTION books_check_postings() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bad record;
BEGIN
    SELECT p.journal_id, sum(p.amount_fen) AS off INTO bad
    FROM new_postings p LEFT JOIN books_account a ON a.id = p.account_id
    GROUP BY p.journal_id
    HAVING sum(p.amount_fen) <> 0
        OR coalesce(sum(p.amount_fen) FILTER (WHERE a.kind = 'memorandum'), 0) <> 0
        OR bool_or(a.id IS NULL)
    ORDER BY p.journal_id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Journal % is refused: its postings do not balance (they add up to % fen), '
            'or name an account that does not exist.', bad.journal_id, bad.off
            USING ERRCODE = 'OB005',
                  DETAIL = json_build_object('journal', bad.journal_id, 'off_fen', bad.off);
    END IF;
    SELECT n.journal_id INTO bad
    FROM (SELECT journal_id, count(*) AS rows FROM new_postings GROUP BY journal_id) n
    LEFT JOIN books_journal j ON j.id = n.journal_id
    WHERE j.id IS NULL
       OR n.rows <> (SELECT count(*) FROM books_posting p WHERE p.journal_id = n.journal_id)
    ORDER BY n.journal_id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Journal % is refused: it is not recorded, or already has its postings.',
            bad.journal_id
            USING ERRCODE = 'OB010', DETAIL = json_build_object('journal', bad.journal_id);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER check_postings AFTER INSERT ON books_posting
    REFERENCING NEW TABLE AS new_postings
    FOR EACH STATEMENT EXECUTE FUNCTION books_check_postings();

-- On which side the posting rules of an event have an account on a day: 1 debit, -1 credit, 0 where they
-- have it on both or on neither, so that the amount's sign decides. An account that an event posts against
-- itself is moved within it, from one customer to another: both stand as credits, as receipts do. Relief,
-- a claim of its own, counts as neither: it is a credit below zero by the rules and a debit by its nature.
CREATE FUNCTION books_side(event text, account smallint, day date) RETURNS integer
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN bool_and(r.debit_id = r.credit_id) THEN -1
                ELSE coalesce(bool_or(r.debit_id = account)::integer
                              - bool_or(r.credit_id = account)::integer, 0) END
    FROM books_posting_rule r
    WHERE r.event = books_side.event AND r.component <> 'relief' AND r.during @> day
      AND account IN (r.debit_id, r.credit_id)
$$;

-- Read by upper apps: every posting with its journal's clocks and source.
CREATE VIEW books_v_posting WITH (security_invoker = true) AS
SELECT p.id, p.journal_id, p.account_id, a.code AS account_code, a.control, p.amount_fen,
       p.org_unit_id, p.service_account_id, p.open_item_id, p.category_id, p.bill_month,
       j.event, j.source_kind, j.source_id, j.effective_on, j.recorded_on, j.recorded_at
FROM books_posting p
JOIN books_journal j ON j.id = p.journal_id
JOIN books_account a ON a.id = p.account_id;

CREATE VIEW books_v_journal WITH (security_invoker = true) AS SELECT * FROM books_journal;
CREATE VIEW books_v_account WITH (security_invoker = true) AS SELECT * FROM books_account;
CREATE VIEW books_v_source_kind WITH (security_invoker = true) AS SELECT * FROM books_source_kind;
CREATE VIEW books_v_posting_rule WITH (security_invoker = true) AS SELECT * FROM books_posting_rule;
CREATE VIEW books_v_period_lock WITH (security_invoker = true) AS SELECT * FROM books_period_lock;
-- Postings as they stand, whether or not their journal and account exist; for `onebook verify`.
CREATE VIEW books_v_bare_posting WITH (security_invoker = true) AS SELECT * FROM books_posting;
