-- In: columns of events and person. Out: the events recorded; bills whose red invoice is issued, or
-- whose invoice is dropped or voided, are free again. Locks: their rows of billing_invoice_standing.
INSERT INTO billing_invoice_event (invoice_id, kind, code, number, effective_on, reason, person_id)
SELECT e.*, %(person)s::bigint
FROM unnest(%(invoices)s::bigint[], %(kinds)s::text[], %(codes)s::text[], %(numbers)s::text[],
            %(days)s::date[], %(reasons)s::text[]) AS e;
DELETE FROM billing_invoice_standing s USING billing_v_invoice i
WHERE i.id = ANY(%(invoices)s) AND s.invoice_id IN (i.id, i.blue_id)
  AND ((i.color = 'red' AND i.state = 'issued')
       OR (i.state IN ('dropped', 'voided') AND s.invoice_id = i.id));
