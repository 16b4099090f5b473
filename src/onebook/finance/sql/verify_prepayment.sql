-- In: nothing. Out: a row a problem. Accounts whose prepayment is below zero on some day, or
-- differs from the book's.
SELECT format('account %s: prepayment %s fen, book %s, lowest %s', coalesce(e.account, p.account),
              coalesce(e.fen, 0), coalesce(p.fen, 0), coalesce(e.lowest, 0)) AS problem
FROM (SELECT account, max(total) AS fen, min(balance) AS lowest FROM (
          SELECT service_account_id AS account, sum(sum(amount_fen)) OVER w AS balance,
                 sum(sum(amount_fen)) OVER (PARTITION BY service_account_id) AS total
          FROM cash_v_prepayment_entry GROUP BY service_account_id, effective_on
          WINDOW w AS (PARTITION BY service_account_id ORDER BY effective_on)) b
      GROUP BY account) e
FULL JOIN (SELECT service_account_id AS account, -sum(amount_fen) AS fen
           FROM books_v_posting WHERE control = 'prepayment' GROUP BY 1) p ON p.account = e.account
WHERE coalesce(e.fen, 0) <> coalesce(p.fen, 0) OR e.lowest < 0
ORDER BY 1 LIMIT 100
