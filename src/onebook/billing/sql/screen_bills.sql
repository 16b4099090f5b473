-- In: org unit, month. Out: the unit's bills of the month, and whether each was reversed or is part of a
-- correction. Locks: none.
SELECT b.service_account_id, b.reading_id,
       (b.reverses_bill_id IS NOT NULL OR b.replaces_bill_id IS NOT NULL)::int::smallint AS corrected
FROM billing_bill b WHERE b.bill_month = %(month)s AND b.org_unit_id = %(org_unit)s
