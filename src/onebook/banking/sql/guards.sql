-- Banking's guards: lines are the bank's facts, matches are events; both are only added to.

SELECT infra_make_ids(t), infra_make_append_only(t::regclass) FROM unnest(ARRAY[
    'banking_statement_file', 'banking_line', 'banking_match']) AS t;

CREATE VIEW banking_v_line WITH (security_invoker = true) AS SELECT * FROM banking_line;

-- Matches in force: neither an undo nor undone.
CREATE VIEW banking_v_match WITH (security_invoker = true) AS
SELECT m.* FROM banking_match m
WHERE m.undoes_id IS NULL
  AND NOT EXISTS (SELECT FROM banking_match u WHERE u.undoes_id = m.id);

-- The documents of this app that may stand behind a journal.
INSERT INTO books_source_kind (kind, "table") VALUES
    ('bank_match', 'banking_match'),
    ('bank_opening', 'banking_bank_account');

CREATE VIEW banking_v_account WITH (security_invoker = true) AS SELECT * FROM banking_bank_account;
