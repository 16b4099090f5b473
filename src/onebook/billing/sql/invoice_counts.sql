-- In: units, month of a bill (null: any). Out: invoices and their gross by state and colour, and as
-- `to_issue` the bills above zero that no blue invoice stands over,
-- as `red_due` invoices that stand over a reversed bill. Locks: none.
SELECT i.state, i.color, count(*) AS invoices, sum(i.gross_fen)::bigint AS gross_fen
FROM billing_v_invoice i
WHERE (%(units)s::bigint[] IS NULL OR i.org_unit_id = ANY(%(units)s))
  AND (%(month)s::date IS NULL OR EXISTS (
      SELECT FROM billing_invoice_bill l JOIN billing_bill b ON b.id = l.bill_id
      WHERE l.invoice_id = i.id AND b.bill_month = %(month)s))
GROUP BY 1, 2
UNION ALL
SELECT 'red_due', 'blue', count(*), coalesce(sum(i.gross_fen), 0)::bigint
FROM billing_invoice i
WHERE i.id IN (SELECT s.invoice_id FROM billing_invoice_standing s
               JOIN billing_bill r ON r.reverses_bill_id = s.bill_id
               WHERE s.color = 'blue' AND (%(month)s::date IS NULL OR r.bill_month = %(month)s))
  AND (%(units)s::bigint[] IS NULL OR i.org_unit_id = ANY(%(units)s))
UNION ALL
SELECT 'to_issue', 'blue', count(*), coalesce(sum(b.total_fen), 0)::bigint
FROM billing_v_standing_bill b
WHERE (%(units)s::bigint[] IS NULL OR b.org_unit_id = ANY(%(units)s))
  AND (%(month)s::date IS NULL OR b.bill_month = %(month)s) AND b.total_fen > 0
  AND NOT EXISTS (SELECT FROM billing_invoice_standing s
                  WHERE s.bill_id = b.id AND s.color = 'blue')
