-- In: month. Out: the lines of its bills of several portions. Locks: none.
SELECT l.bill_id, l.line_no, l.quantity_e4, l.price_e10, l.amount_fen
FROM billing_bill_line l JOIN billing_bill b ON b.id = l.bill_id
WHERE b.bill_month = %(month)s
  AND EXISTS (SELECT FROM billing_bill_portion p WHERE p.bill_id = b.id)
