-- In: account, meter number or '', bill month. Out: its meters that hang in the month (one by number),
-- each with the value that the register is billed to, the kWh of the reading in force before, whether the
-- month is read already, and how many further registers there are. Locks: none.
SELECT i.meter_id, i.meter_number, i.org_unit_id, i.multiplier, i.digits,
       p.usage_e4, p.status, p.current_e4 + coalesce(o.credit_e4, 0) AS billed_e4, p.read_on,
       EXISTS (SELECT FROM metering_v_reading r WHERE r.meter_id = i.meter_id
               AND r.bill_month = %(month)s) AS is_read,
       (SELECT count(*) FROM metering_register g WHERE g.installation_id = i.id) AS registers
FROM metering_v_installation i
LEFT JOIN LATERAL (SELECT r.* FROM metering_v_reading r
                   WHERE r.service_account_id = i.service_account_id AND r.meter_id = i.meter_id
                     AND r.bill_month < %(month)s
                   ORDER BY r.bill_month DESC LIMIT 1) p ON true
LEFT JOIN metering_reading_note o ON o.reading_id = p.id
WHERE i.service_account_id = %(account)s
  AND i.during && daterange(%(month)s::date, (%(month)s::date + interval '1 month')::date)
  AND upper_inf(i.during) AND (%(meter)s = '' OR i.meter_number = %(meter)s)
