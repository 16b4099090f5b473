-- In: month, account code, known_at or known_on. Out: by org unit, the newest balance imported from
-- the outside ledger.
SELECT DISTINCT ON (org_unit_id) org_unit_id, balance_fen
FROM finance_ledger_balance
WHERE month = %(month)s AND account_code = %(code)s
  AND (%(known_at)s::timestamptz IS NULL OR recorded_at <= %(known_at)s)
  AND (%(known_on)s::date IS NULL OR recorded_on <= %(known_on)s)
ORDER BY org_unit_id, id DESC
