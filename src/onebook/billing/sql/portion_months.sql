-- In: nothing. Out: the months that have bills of several portions. Locks: none.
SELECT DISTINCT b.bill_month FROM billing_bill b JOIN billing_bill_portion p ON p.bill_id = b.id
ORDER BY 1
