-- In: month. Out: the bills of the month that are settled in full, with the day of the last
-- settlement. Locks: none.
SELECT i.source_id AS bill_id, max(s.effective_on) AS paid_on
FROM receivable_v_open_item i JOIN receivable_v_settlement s ON s.open_item_id = i.id
WHERE i.bill_month = %(month)s AND i.kind = 1
GROUP BY i.id, i.source_id, i.principal_fen
HAVING sum(s.amount_fen) = i.principal_fen
