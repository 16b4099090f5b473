-- In: columns of terms and person. Out: those recorded that differ from the ones in force on their
-- day. Locks: none.
INSERT INTO billing_invoice_terms (customer_id, kind, title, tax_number, address_phone,
    bank_account, merged, valid_from, person_id)
SELECT n.customer_id, n.kind, n.title, n.tax_number, n.address_phone, n.bank_account, n.merged,
       n.valid_from, %(person)s
FROM unnest(%(customers)s::bigint[], %(kinds)s::text[], %(titles)s::text[], %(tax_numbers)s::text[],
            %(addresses)s::text[], %(banks)s::text[], %(merged)s::boolean[], %(days)s::date[])
     AS n (customer_id, kind, title, tax_number, address_phone, bank_account, merged, valid_from)
WHERE NOT EXISTS (
    SELECT FROM (SELECT * FROM billing_invoice_terms t
                 WHERE t.customer_id = n.customer_id AND t.valid_from <= n.valid_from
                 ORDER BY t.valid_from DESC, t.id DESC LIMIT 1) t
    WHERE (t.kind, t.title, t.tax_number, t.address_phone, t.bank_account, t.merged)
          = (n.kind, n.title, n.tax_number, n.address_phone, n.bank_account, n.merged))
