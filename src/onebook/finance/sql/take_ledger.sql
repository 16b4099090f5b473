-- In: columns of balances in the order of their file, the file's name, the person. Out: how many were
-- recorded: those that differ from the newest one before them, recorded earlier or above in the file.
-- Locks: none.
WITH given AS (
    SELECT u.*, lag(balance_fen) OVER (PARTITION BY month, org_unit_id, account_code ORDER BY ord)
           AS above_fen
    FROM unnest(%(month)s::date[], %(org_unit_id)s::bigint[], %(account_code)s::text[],
                %(balance_fen)s::bigint[])
         WITH ORDINALITY AS u (month, org_unit_id, account_code, balance_fen, ord)
), recorded AS (
    INSERT INTO finance_ledger_balance (month, org_unit_id, account_code, balance_fen, file_name,
                                        person_id)
    SELECT g.month, g.org_unit_id, g.account_code, g.balance_fen, %(file_name)s, %(person_id)s
    FROM given g
    WHERE g.balance_fen IS DISTINCT FROM coalesce(g.above_fen, (
        SELECT b.balance_fen FROM finance_ledger_balance b
        WHERE (b.month, b.org_unit_id, b.account_code) = (g.month, g.org_unit_id, g.account_code)
        ORDER BY b.id DESC LIMIT 1))
    ORDER BY g.ord
    RETURNING 1
)
SELECT count(*) AS taken FROM recorded
