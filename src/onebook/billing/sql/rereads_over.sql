-- In: org unit, month. Out: exceptions whose cause is gone and whose meter was to be read again. Locks:
-- none.
SELECT e.id FROM billing_v_exception e
WHERE e.org_unit_id = %(org_unit)s AND e.bill_month = %(month)s AND e.state = 'clear'
  AND EXISTS (SELECT FROM billing_decision d WHERE d.exception_id = e.id AND d.kind = 'reread')
