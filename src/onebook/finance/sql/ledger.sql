-- In: months, known_at or known_on. Out: by month, account code and org unit, the newest balance
-- imported from the outside ledger. Locks: none.
SELECT DISTINCT ON (month, account_code, org_unit_id) month, account_code, org_unit_id, balance_fen
FROM finance_ledger_balance
WHERE month = ANY(%(months)s::date[])
  AND (%(known_at)s::timestamptz IS NULL OR recorded_at <= %(known_at)s)
  AND (%(known_on)s::date IS NULL OR recorded_on <= %(known_on)s)
ORDER BY month, account_code, org_unit_id, id DESC
