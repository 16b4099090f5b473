-- In: a channel and its own numbers of payments. Out: what each of them that is there was taken for,
-- by the index of the channel's numbers. Locks: none.
SELECT external_ref, service_account_id, amount_fen, effective_on
FROM cash_receipt
WHERE channel = %(channel)s AND external_ref = ANY(%(refs)s::text[])
