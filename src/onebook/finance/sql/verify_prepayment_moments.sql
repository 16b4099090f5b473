-- In: nothing. Out: a row a problem. Accounts whose prepayment movements differ from the book's on
-- some day or at some moment of recording.
SELECT format('prepayment of account %s in unit %s on %s, recorded %s: %s fen, book %s fen', account,
              unit, effective_on, recorded_at, coalesce(m.fen, 0), coalesce(b.fen, 0)) AS problem
FROM (SELECT service_account_id AS account, org_unit_id AS unit, effective_on, recorded_on,
             recorded_at, sum(amount_fen) AS fen
      FROM cash_v_prepayment_entry GROUP BY 1, 2, 3, 4, 5) m
FULL JOIN (SELECT service_account_id AS account, org_unit_id AS unit, effective_on, recorded_on,
                  recorded_at, -sum(amount_fen) AS fen
           FROM books_v_posting WHERE control = 'prepayment' GROUP BY 1, 2, 3, 4, 5) b
    USING (account, unit, effective_on, recorded_on, recorded_at)
WHERE coalesce(m.fen, 0) <> coalesce(b.fen, 0)
ORDER BY account, effective_on LIMIT 100
