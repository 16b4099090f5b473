-- In: accounts, bills, as_of. Out: a row an account with anything: what is left of these bills, of
-- all else it owes, and what it has prepaid. Locks: none.
WITH items AS (
    SELECT i.service_account_id, i.kind = 1 AND i.source_id = ANY(%(bills)s::bigint[]) AS is_this,
           i.principal_fen - coalesce((SELECT sum(s.amount_fen) FROM receivable_v_settlement s
               WHERE s.open_item_id = i.id AND s.effective_on <= %(as_of)s), 0) AS left_fen
    FROM receivable_v_open_item i
    WHERE i.service_account_id = ANY(%(accounts)s::bigint[]) AND i.effective_on <= %(as_of)s
), prepaid AS (
    SELECT service_account_id, sum(amount_fen) AS prepaid_fen FROM cash_v_prepayment_entry
    WHERE service_account_id = ANY(%(accounts)s::bigint[]) AND effective_on <= %(as_of)s
    GROUP BY 1
)
SELECT a.id AS service_account_id,
       coalesce((SELECT sum(left_fen) FROM items i
                 WHERE i.service_account_id = a.id AND i.is_this), 0)::bigint AS this_fen,
       coalesce((SELECT sum(left_fen) FROM items i
                 WHERE i.service_account_id = a.id AND NOT i.is_this), 0)::bigint AS arrears_fen,
       coalesce(p.prepaid_fen, 0)::bigint AS prepaid_fen
FROM unnest(%(accounts)s::bigint[]) AS a (id) LEFT JOIN prepaid p ON p.service_account_id = a.id
