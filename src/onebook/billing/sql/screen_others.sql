-- In: org unit, month, the month after, the first month of the history, the least and the greatest
-- account and first reading. Out: accounts that more must be asked of than usage, tariff and days: those
-- with contract terms, further registers, corrected readings, or a correction or ticket pending; and
-- those that exceptions were found of. Locks: none.
SELECT service_account_id FROM customer_v_terms
WHERE service_account_id BETWEEN %(least)s AND %(greatest)s
  AND during && daterange(%(month)s, %(next_month)s)
UNION
SELECT service_account_id FROM metering_v_reading
WHERE org_unit_id = %(org_unit)s AND version > 1
  AND bill_month >= %(first_month)s AND bill_month <= %(month)s
UNION
SELECT service_account_id FROM billing_v_open_correction
WHERE org_unit_id = %(org_unit)s AND bill_month < %(month)s
UNION
SELECT service_account_id FROM billing_v_ticket WHERE org_unit_id = %(org_unit)s AND state = 'open'
UNION
SELECT service_account_id FROM billing_exception
WHERE org_unit_id = %(org_unit)s AND bill_month = %(month)s
