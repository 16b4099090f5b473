-- In: since, until, units, known_at or known_on. Out: what the journals of adjustments of these days moved
-- on receivables and prepayments, and on output VAT. Locks: none.
SELECT coalesce(sum(p.amount_fen) FILTER (WHERE p.control IN ('receivable', 'prepayment')), 0)::bigint
           AS owed_fen,
       coalesce(-sum(p.amount_fen) FILTER (WHERE p.account_code = '22210106'), 0)::bigint AS vat_fen
FROM books_v_posting p
WHERE p.source_kind = 'adjustment' AND p.effective_on BETWEEN %(since)s AND %(until)s
  AND (%(units)s::bigint[] IS NULL OR p.org_unit_id = ANY(%(units)s))
  AND (%(known_at)s::timestamptz IS NULL OR p.recorded_at <= %(known_at)s)
  AND (%(known_on)s::date IS NULL OR p.recorded_on <= %(known_on)s)
