-- In: versions with rates. Out: the number of invoices that the bills of billing_invoicing make, and
-- how many of its bills still wait to be paid (they are taken out). Locks: none.
DELETE FROM billing_invoicing WHERE taxable_on IS NULL;
UPDATE billing_invoicing i SET vat_rate_bp = r.rate, invoice_id = 0
FROM unnest(%(versions)s::bigint[], %(rates)s::integer[]) AS r (version, rate)
WHERE r.version = i.tariff_version_id;
UPDATE billing_invoicing i SET invoice_id = n.place
FROM (SELECT bill_id, dense_rank() OVER (
          ORDER BY customer_id, org_unit_id, kind, vat_rate_bp, CASE WHEN merged THEN 0 ELSE bill_id END)
          AS place
      FROM billing_invoicing) n
WHERE n.bill_id = i.bill_id;
