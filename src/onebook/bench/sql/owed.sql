-- In: nothing. Out: each account's number and what it owes in all, by number. Cost: one scan of the
-- open items of a town that has settled none. Locks: none.
SELECT a.number, sum(i.principal_fen)::bigint AS fen
FROM receivable_v_open_item i JOIN customer_v_service_account a ON a.id = i.service_account_id
GROUP BY a.number ORDER BY a.number
