-- In: bills. Out: the invoice that stands over each, or was last asked for, with its state. A bill
-- that never had one has no row. Locks: none.
SELECT DISTINCT ON (l.bill_id) l.bill_id, i.id AS invoice_id, i.kind, i.state, i.code, i.number,
       i.issued_on, i.state_reason
FROM billing_invoice_bill l JOIN billing_v_invoice i ON i.id = l.invoice_id
WHERE l.bill_id = ANY(%(bills)s::bigint[]) AND i.color = 'blue'
ORDER BY l.bill_id, i.id DESC
