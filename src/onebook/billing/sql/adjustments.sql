-- In: ids, account, bill, units (null: all), state, issued since and until (null: all, also not issued),
-- known_at or known_on, limit, offset. Out: adjustments, the newest first, with their account, the names
-- of nobody, and their VAT invoice. What is known of later is left out. Locks: none.
SELECT a.*, s.number, s.customer_name, v.kind AS invoice_kind, v.number AS invoice_number,
       v.reason AS invoice_reason, v.effective_on AS invoice_on
FROM billing_v_adjustment a
JOIN customer_v_service_account s ON s.id = a.service_account_id
LEFT JOIN billing_adjustment_invoice v ON v.adjustment_id = a.id
WHERE (%(ids)s::bigint[] IS NULL OR a.id = ANY(%(ids)s))
  AND (%(account)s::bigint IS NULL OR a.service_account_id = %(account)s)
  AND (%(bill)s::bigint IS NULL OR EXISTS (SELECT FROM billing_adjustment_part p
                                           WHERE p.adjustment_id = a.id AND p.bill_id = %(bill)s))
  AND (%(units)s::bigint[] IS NULL OR a.org_unit_id = ANY(%(units)s))
  AND (%(state)s::text IS NULL OR a.state = %(state)s)
  AND (%(since)s::date IS NULL OR a.issued_on >= %(since)s)
  AND (%(until)s::date IS NULL OR a.issued_on <= %(until)s)
  AND (%(known_at)s::timestamptz IS NULL OR a.recorded_at <= %(known_at)s)
  AND (%(known_on)s::date IS NULL OR a.recorded_on <= %(known_on)s)
  AND (%(since)s::date IS NULL OR %(known_at)s::timestamptz IS NULL
       OR a.issue_recorded_at <= %(known_at)s)
  AND (%(since)s::date IS NULL OR %(known_on)s::date IS NULL OR a.issue_recorded_on <= %(known_on)s)
ORDER BY a.id DESC LIMIT %(limit)s OFFSET %(offset)s
