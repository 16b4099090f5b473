-- In: month, account code. Out: by org unit, the newest balance imported from the outside ledger.
SELECT DISTINCT ON (org_unit_id) org_unit_id, balance_fen
FROM finance_ledger_balance WHERE month = %(month)s AND account_code = %(code)s
ORDER BY org_unit_id, id DESC
