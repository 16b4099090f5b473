-- In: month or bills (null: any), units, everybody (also those without terms), today, paid_bills
-- with paid_on. Out: the temporary table billing_invoicing of the bills that wait for an invoice,
-- with the buyer's data in force today; taxable_on is null while payment is what makes it taxable.
-- Locks: one request of invoices at a time.
SELECT pg_advisory_xact_lock(hashtext('billing.invoices'));
DROP TABLE IF EXISTS pg_temp.billing_invoicing;
CREATE TEMPORARY TABLE billing_invoicing ON COMMIT DROP AS
SELECT b.id AS bill_id, a.customer_id, b.org_unit_id, b.tariff_version_id,
       b.net_fen, b.vat_fen, b.total_fen AS gross_fen,
       CASE billing_threshold_on('invoice', 'taxable_moment', b.category_id, b.issued_on)
           WHEN 1 THEN b.issued_on WHEN 3 THEN b.due_on ELSE p.paid_on END AS taxable_on,
       coalesce(t.kind, 'general') AS kind, coalesce(t.title, a.customer_name) AS title,
       coalesce(t.tax_number, '') AS tax_number, coalesce(t.address_phone, '') AS address_phone,
       coalesce(t.bank_account, '') AS bank_account, coalesce(t.merged, false) AS merged,
       NULL::integer AS vat_rate_bp, NULL::bigint AS invoice_id
FROM billing_v_standing_bill b JOIN customer_v_service_account a ON a.id = b.service_account_id
LEFT JOIN LATERAL (SELECT t.* FROM billing_invoice_terms t
                   WHERE t.customer_id = a.customer_id AND t.valid_from <= %(today)s
                   ORDER BY t.valid_from DESC, t.id DESC LIMIT 1) t ON true
LEFT JOIN unnest(%(paid_bills)s::bigint[], %(paid_on)s::date[]) AS p (bill_id, paid_on)
       ON p.bill_id = b.id
WHERE (%(month)s::date IS NULL OR b.bill_month = %(month)s)
  AND (%(bills)s::bigint[] IS NULL OR b.id = ANY(%(bills)s))
  AND b.org_unit_id = ANY(%(units)s::bigint[]) AND b.total_fen > 0
  AND (%(everybody)s OR t.id IS NOT NULL)
  AND NOT EXISTS (SELECT FROM billing_invoice_standing s
                  WHERE s.bill_id = b.id AND s.color = 'blue');
