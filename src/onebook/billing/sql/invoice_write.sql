-- In: billing_invoicing numbered from 1, ids (one a number), person, today. Out: its invoices with
-- their bills, each requested. Locks: the bills' rows of billing_invoice_standing.
UPDATE billing_invoicing i SET invoice_id = n.id
FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY AS n (id, place) WHERE n.place = i.invoice_id;
INSERT INTO billing_invoice (id, color, kind, customer_id, org_unit_id, title, tax_number,
    address_phone, bank_account, vat_rate_bp, net_fen, vat_fen, gross_fen, taxable_on, reason,
    red_form, person_id)
SELECT invoice_id, 'blue', kind, customer_id, org_unit_id, min(title), min(tax_number),
       min(address_phone), min(bank_account), vat_rate_bp, sum(net_fen), sum(vat_fen),
       sum(gross_fen), max(taxable_on), '', '', %(person)s
FROM billing_invoicing GROUP BY invoice_id, kind, customer_id, org_unit_id, vat_rate_bp
ORDER BY invoice_id;
INSERT INTO billing_invoice_event (invoice_id, kind, code, number, effective_on, reason, person_id)
SELECT DISTINCT invoice_id, 'requested', '', '', %(today)s::date, '', %(person)s::bigint
FROM billing_invoicing ORDER BY 1;
INSERT INTO billing_invoice_bill (invoice_id, bill_id, net_fen, vat_fen, gross_fen)
SELECT invoice_id, bill_id, net_fen, vat_fen, gross_fen FROM billing_invoicing
ORDER BY invoice_id, bill_id;
INSERT INTO billing_invoice_standing (bill_id, color, invoice_id)
SELECT bill_id, 'blue', invoice_id FROM billing_invoicing ORDER BY bill_id;
