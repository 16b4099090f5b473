-- In: since, as_of, known_at or known_on, units. Out: by month and in all before it (month null) the
-- output VAT of special and general blue invoices, less voided ones, of red ones, and of bills
-- and adjustments without an invoice: those issued in the month, less those that an invoice came to cover, plus
-- those that a void or a red one uncovered. Locks: none.
WITH known AS (
    SELECT e.* FROM billing_invoice_event e
    WHERE e.kind IN ('issued', 'voided') AND e.effective_on <= %(as_of)s
      AND (%(known_at)s::timestamptz IS NULL OR e.recorded_at <= %(known_at)s)
      AND (%(known_on)s::date IS NULL OR e.recorded_on <= %(known_on)s)
), moved AS (
    SELECT k.effective_on AS day, i.kind, i.color, i.id,
           CASE k.kind WHEN 'voided' THEN -1 ELSE 1 END AS sign, i.vat_fen
    FROM known k JOIN billing_invoice i ON i.id = k.invoice_id
    WHERE %(units)s::bigint[] IS NULL OR i.org_unit_id = ANY(%(units)s)
), rows AS (
    SELECT day, CASE WHEN color = 'red' THEN 'red' ELSE kind END AS of, sign * vat_fen AS vat_fen
    FROM moved
    UNION ALL
    SELECT m.day, 'uninvoiced', -m.sign * (CASE m.color WHEN 'red' THEN -1 ELSE 1 END) * b.vat_fen
    FROM moved m JOIN billing_invoice_bill l ON l.invoice_id = m.id
    JOIN billing_bill b ON b.id = l.bill_id
    UNION ALL
    SELECT a.issued_on, 'uninvoiced', a.vat_fen FROM billing_v_adjustment a
    WHERE a.issued_on <= %(as_of)s
      AND (%(units)s::bigint[] IS NULL OR a.org_unit_id = ANY(%(units)s))
      AND (%(known_at)s::timestamptz IS NULL OR a.issue_recorded_at <= %(known_at)s)
      AND (%(known_on)s::date IS NULL OR a.issue_recorded_on <= %(known_on)s)
    UNION ALL
    SELECT v.effective_on, o.of, o.sign * a.vat_fen
    FROM billing_adjustment_invoice v JOIN billing_adjustment a ON a.id = v.adjustment_id
    CROSS JOIN LATERAL (VALUES ('uninvoiced', -1),
        (CASE WHEN a.total_fen < 0 THEN 'red' ELSE v.kind END, 1)) AS o (of, sign)
    WHERE v.kind <> 'none' AND v.effective_on <= %(as_of)s
      AND (%(units)s::bigint[] IS NULL OR a.org_unit_id = ANY(%(units)s))
      AND (%(known_at)s::timestamptz IS NULL OR v.recorded_at <= %(known_at)s)
      AND (%(known_on)s::date IS NULL OR v.recorded_on <= %(known_on)s)
    UNION ALL
    SELECT b.issued_on, 'uninvoiced', b.vat_fen
    FROM billing_bill b JOIN billing_batch t ON t.id = b.batch_id
    WHERE b.issued_on <= %(as_of)s
      AND (%(units)s::bigint[] IS NULL OR b.org_unit_id = ANY(%(units)s))
      AND (%(known_at)s::timestamptz IS NULL OR t.recorded_at <= %(known_at)s)
      AND (%(known_on)s::date IS NULL OR t.recorded_on <= %(known_on)s)
)
SELECT CASE WHEN day >= %(since)s THEN date_trunc('month', day)::date END AS month, of,
       sum(vat_fen)::bigint AS vat_fen
FROM rows GROUP BY 1, 2 ORDER BY 1 NULLS FIRST, 2
