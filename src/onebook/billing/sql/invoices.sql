-- In: ids, units, month of a bill, states, red_due (a bill of it is reversed),
-- kind, color, text, limit, offset (null: any). Out:
-- invoices with their customer, the newest first; bills counts those they cover. Locks: none.
SELECT i.*, n.name AS customer_name, n.bills, n.usage_e4, n.number AS account_number, n.bill_month,
       n.last_month, b.code AS blue_code, b.number AS blue_number, d.red_due
FROM billing_v_invoice i
JOIN LATERAL (SELECT count(*) AS bills, min(a.number) AS number, min(b.bill_month) AS bill_month,
                     max(b.bill_month) AS last_month,
                     min(a.customer_name) AS name, sum(b.usage_e4)::bigint AS usage_e4
              FROM billing_invoice_bill l JOIN billing_bill b ON b.id = l.bill_id
              JOIN customer_v_service_account a ON a.id = b.service_account_id
              WHERE l.invoice_id = i.id) n ON true
LEFT JOIN billing_v_invoice b ON b.id = i.blue_id
JOIN LATERAL (SELECT EXISTS (
    SELECT FROM billing_invoice_standing s JOIN billing_bill r ON r.reverses_bill_id = s.bill_id
    WHERE s.invoice_id = i.id AND s.color = 'blue') AS red_due) d ON true
WHERE (%(ids)s::bigint[] IS NULL OR i.id = ANY(%(ids)s))
  AND (%(units)s::bigint[] IS NULL OR i.org_unit_id = ANY(%(units)s))
  AND (%(states)s::text[] IS NULL OR i.state = ANY(%(states)s))
  AND (NOT %(red_due)s OR d.red_due)
  AND (%(kind)s::text IS NULL OR i.kind = %(kind)s)
  AND (%(color)s::text IS NULL OR i.color = %(color)s)
  AND (%(month)s::date IS NULL OR EXISTS (
      SELECT FROM billing_invoice_bill l JOIN billing_bill b ON b.id = l.bill_id
      WHERE l.invoice_id = i.id AND b.bill_month = %(month)s))
  AND (%(text)s::text IS NULL OR i.number = %(text)s OR i.tax_number = %(text)s
       OR i.title LIKE '%%' || %(text)s || '%%' OR n.number = %(text)s)
ORDER BY i.id DESC LIMIT %(limit)s OFFSET %(offset)s
