-- In: blue, id, reason, red_form, person, today. Out: the red invoice of a blue one with its bills,
-- requested. Locks: its bills' rows of billing_invoice_standing.
INSERT INTO billing_invoice (id, color, kind, customer_id, org_unit_id, title, tax_number,
    address_phone, bank_account, vat_rate_bp, net_fen, vat_fen, gross_fen, taxable_on, blue_id,
    reason, red_form, person_id)
SELECT %(id)s, 'red', kind, customer_id, org_unit_id, title, tax_number, address_phone,
       bank_account, vat_rate_bp, -net_fen, -vat_fen, -gross_fen, %(today)s, id,
       %(reason)s, %(red_form)s, %(person)s
FROM billing_invoice WHERE id = %(blue)s;
INSERT INTO billing_invoice_event (invoice_id, kind, code, number, effective_on, reason, person_id)
VALUES (%(id)s, 'requested', '', '', %(today)s, '', %(person)s);
INSERT INTO billing_invoice_bill (invoice_id, bill_id, net_fen, vat_fen, gross_fen)
SELECT %(id)s, bill_id, -net_fen, -vat_fen, -gross_fen FROM billing_invoice_bill
WHERE invoice_id = %(blue)s;
INSERT INTO billing_invoice_standing (bill_id, color, invoice_id)
SELECT bill_id, 'red', %(id)s FROM billing_invoice_bill WHERE invoice_id = %(blue)s;
