-- In: first day, day after the last, known_at or known_on. Out: by org unit, what the book took in
-- on cash and transit by receipts, less what was taken back.
SELECT p.org_unit_id, sum(p.amount_fen)::bigint AS amount_fen
FROM books_v_posting p
WHERE p.event IN ('receipt.cash', 'receipt.in_transit', 'receipt.reversed',
                  'receipt.returned')
  AND p.account_code IN ('1001', '1012')
  AND p.effective_on >= %(since)s AND p.effective_on < %(until)s
  AND (%(known_at)s::timestamptz IS NULL OR p.recorded_at <= %(known_at)s)
  AND (%(known_on)s::date IS NULL OR p.recorded_on <= %(known_on)s)
GROUP BY p.org_unit_id
