-- In: account code, org unit, a day. Out: the lowest balance of the account at the end of that day
-- and of every later one. Locks: none.
SELECT least(min(d.balance), CASE WHEN min(d.effective_on) > %(since)s THEN 0 END,
             CASE WHEN count(*) = 0 THEN 0 END)::bigint AS balance_fen
FROM (SELECT j.effective_on, sum(sum(p.amount_fen)) OVER (ORDER BY j.effective_on) AS balance,
             lead(j.effective_on) OVER (ORDER BY j.effective_on) AS until
      FROM books_posting p JOIN books_journal j ON j.id = p.journal_id
      WHERE p.account_id = (SELECT id FROM books_account WHERE code = %(code)s)
        AND p.org_unit_id = %(org_unit)s
      GROUP BY j.effective_on) d
WHERE d.until IS NULL OR d.until > %(since)s
