-- In: nothing. Out: a row a problem. Reversals that are not the mirror image of what they reverse, by
-- account, unit, service account and item; that are earlier than it; or the second one of it.
SELECT format('journal %s reverses %s: account %s is off by %s fen', r.id, r.reverses_id,
              p.account_id, sum(p.amount_fen)) AS problem
FROM books_v_journal r
JOIN books_v_bare_posting p ON p.journal_id IN (r.id, r.reverses_id)
WHERE r.reverses_id IS NOT NULL
GROUP BY r.id, r.reverses_id, p.account_id, p.org_unit_id, p.service_account_id, p.open_item_id
HAVING sum(p.amount_fen) <> 0
UNION ALL
SELECT format('journal %s reverses %s, which is later or does not exist', r.id, r.reverses_id)
FROM books_v_journal r LEFT JOIN books_v_journal o ON o.id = r.reverses_id
WHERE r.reverses_id IS NOT NULL AND (o.id IS NULL OR r.effective_on < o.effective_on)
UNION ALL
SELECT format('journal %s is reversed %s times', reverses_id, count(*))
FROM books_v_journal WHERE reverses_id IS NOT NULL GROUP BY reverses_id HAVING count(*) > 1
LIMIT 100
