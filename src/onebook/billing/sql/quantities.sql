-- In: month, units (null: all), known_at, known_on (null: now). Out: how the quantity of each metering
-- point of the month's standing bills came about, of bills of several portions; by account, main meters
-- first. Locks: none.
SELECT a.number, a.customer_name, b.id AS bill_id, b.bill_month, p.number AS point,
       coalesce(m.number, '') AS main_point, q.metered_e4, q.transformer_e4, q.line_e4, q.shared_e4,
       q.parts_e4, q.usage_e4, q.reactive_e4, q.reactive_loss_e4
FROM billing_bill b
JOIN billing_batch t ON t.id = b.batch_id
JOIN billing_bill_point q ON q.bill_id = b.id
JOIN customer_v_service_account a ON a.id = b.service_account_id
JOIN customer_v_metering_point p ON p.id = q.metering_point_id
LEFT JOIN customer_v_metering_point m ON m.id = q.master_point_id
WHERE b.bill_month = %(month)s AND (%(units)s::bigint[] IS NULL OR b.org_unit_id = ANY(%(units)s))
  AND (%(known_at)s::timestamptz IS NULL OR t.recorded_at <= %(known_at)s)
  AND (%(known_on)s::date IS NULL OR t.recorded_on <= %(known_on)s)
  AND NOT EXISTS (SELECT FROM billing_bill r JOIN billing_batch x ON x.id = r.batch_id
                  WHERE r.reverses_bill_id = b.id
                    AND (%(known_at)s::timestamptz IS NULL OR x.recorded_at <= %(known_at)s)
                    AND (%(known_on)s::date IS NULL OR x.recorded_on <= %(known_on)s))
ORDER BY a.number, q.master_point_id, q.metering_point_id
