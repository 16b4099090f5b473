-- Functions that every app's tables use: the business day and the guard of append-only tables.
-- A guard raises a code of its own, OB001, OB002, …; its DETAIL is a JSON object with the parameters
-- of the error class of that code (kernel/errors.py), which says the same in the reader's language.

-- The day that the business clock is fixed on; null where it follows the wall clock.
CREATE OR REPLACE FUNCTION infra_fixed_day() RETURNS date LANGUAGE sql STABLE AS $$
    SELECT fixed_on FROM infra_business_clock WHERE id = 1
$$;

-- The business day: the session's own setting, else the fixed clock, else the day in Asia/Shanghai.
-- One expression without a query of its own, so that as a column's default it is inlined: where the
-- session's day is set (as COPY in does), it then costs a tenth a row.
CREATE OR REPLACE FUNCTION infra_today() RETURNS date LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        nullif(current_setting('onebook.today', true), '')::date,
        infra_fixed_day(),
        (transaction_timestamp() AT TIME ZONE 'Asia/Shanghai')::date)
$$;

-- Refuses UPDATE, DELETE and TRUNCATE; one statement-level trigger a table calls it.
CREATE OR REPLACE FUNCTION infra_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: recorded rows are never changed. Reverse the fact and record it again.',
        TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'OB001', DETAIL = json_build_object('table', TG_TABLE_NAME);
END $$;

-- Makes a table append-only.
CREATE OR REPLACE FUNCTION infra_make_append_only(target regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %s '
                   'FOR EACH STATEMENT EXECUTE FUNCTION infra_refuse_change()', target);
END $$;

-- Makes the sequence from which blocks of 100 identifiers of a table are allotted (infra/ids.py).
CREATE OR REPLACE FUNCTION infra_make_ids(target text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE SEQUENCE %I INCREMENT BY 100 MINVALUE 100 START WITH 100', target || '_ids');
END $$;

-- The latest moment of which every recorded row is already visible (infra/clock.py, `watermark`).
-- Owned by the owner, who may read every session's start; the clock is read first and the open
-- transactions 2 ms later, so that one which had just begun has announced itself.
CREATE OR REPLACE FUNCTION infra_watermark() RETURNS timestamptz LANGUAGE plpgsql VOLATILE
SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    asked timestamptz := clock_timestamp();
    oldest timestamptz;
BEGIN
    IF NOT pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') THEN
        RAISE EXCEPTION 'The role % may not see when other sessions began. Run: GRANT pg_read_all_stats TO %',
            current_user, current_user
            USING ERRCODE = 'OB002', DETAIL = json_build_object('role', current_user);
    END IF;
    PERFORM pg_sleep(0.002);
    PERFORM pg_stat_clear_snapshot();
    SELECT min(xact_start) INTO oldest FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND backend_type = 'client backend' AND xact_start < asked;
    RETURN coalesce(oldest - interval '1 microsecond', asked);
END $$;

-- Refreshes the planner's statistics of a table that a batch has just filled, and lets its indexes of
-- page ranges know the new pages: until then each is read by every question; the owner's right, lent.
CREATE OR REPLACE FUNCTION infra_analyze(target regclass) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM brin_summarize_new_values(i.indexrelid)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
    WHERE i.indrelid = target AND a.amname = 'brin';
    EXECUTE format('ANALYZE %s', target);
END $$;

-- Lets one transaction at a time write a table of dated rows, so that the check that follows the
-- statement sees every other writer's rows. Above READ COMMITTED it would not see them.
CREATE OR REPLACE FUNCTION infra_lock_dated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'Rows of % are written at READ COMMITTED alone, not at %.',
            TG_TABLE_NAME, current_setting('transaction_isolation')
            USING ERRCODE = 'feature_not_supported';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('dated ' || TG_TABLE_NAME, 0));
    RETURN NULL;
END $$;

-- Refuses a statement that leaves two rows of one key on the same day; as the owner, who sees all.
CREATE OR REPLACE FUNCTION infra_refuse_overlap() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    key bigint;
    day date;
BEGIN
    EXECUTE format(
        'SELECT n.%1$I, lower(n.during * o.during) FROM new_rows n JOIN %2$s o ON o.%1$I = n.%1$I '
        'WHERE o.id <> n.id AND o.during && n.during LIMIT 1', TG_ARGV[0], TG_RELID::regclass)
        INTO key, day;
    IF key IS NOT NULL THEN
        RAISE EXCEPTION 'Two rows of % for % % count on %.', TG_TABLE_NAME, TG_ARGV[0], key, day
            USING ERRCODE = 'OB011', DETAIL = json_build_object(
                'table', TG_TABLE_NAME, 'key', key, 'day', coalesce(day::text, '...'));
    END IF;
    RETURN NULL;
END $$;

-- Keeps the dated rows (`id`, `during`) of a key apart. For tables that are filled in bulk: there an
-- EXCLUDE constraint costs thirty times as much a row, all of it in its GiST index. The key needs a
-- btree index.
CREATE OR REPLACE FUNCTION infra_make_dated(target text, key text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER one_writer BEFORE INSERT OR UPDATE ON %I '
                   'FOR EACH STATEMENT EXECUTE FUNCTION infra_lock_dated()', target);
    EXECUTE format('CREATE TRIGGER dated_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows '
                   'FOR EACH STATEMENT EXECUTE FUNCTION infra_refuse_overlap(%L)', target, key);
    EXECUTE format('CREATE TRIGGER dated_update AFTER UPDATE ON %I REFERENCING NEW TABLE AS new_rows '
                   'FOR EACH STATEMENT EXECUTE FUNCTION infra_refuse_overlap(%L)', target, key);
END $$;
