-- In: an adjustment. Out: what falls on each bill of it, by month. Locks: none.
SELECT * FROM billing_adjustment_part WHERE adjustment_id = %(adjustment)s ORDER BY bill_month, bill_id
