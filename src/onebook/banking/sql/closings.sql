-- In: first day, last day, bank account (null: all), known_at or known_on. Out: by account and day
-- with lines, their sum and the balance the day ends with by what the bank printed (null: nothing).
-- The day ends with the balance from which no other line of the day goes on, in whatever order the
-- lines came in; where the day runs in a circle, with that of its last line.
WITH line AS (
    SELECT l.id, l.bank_account_id AS account_id, l.booked_on, l.amount_fen, l.balance_fen
    FROM banking_line l
    WHERE l.booked_on BETWEEN %(since)s AND %(until)s
      AND (%(account)s::bigint IS NULL OR l.bank_account_id = %(account)s)
      AND (%(known_at)s::timestamptz IS NULL OR l.recorded_at <= %(known_at)s)
      AND (%(known_on)s::date IS NULL OR l.recorded_on <= %(known_on)s)
), step AS (
    SELECT id, account_id, booked_on, balance_fen AS after_fen,
           balance_fen - amount_fen AS before_fen,
           row_number() OVER (PARTITION BY account_id, booked_on, balance_fen ORDER BY id)
               AS after_nth,
           row_number() OVER (PARTITION BY account_id, booked_on, balance_fen - amount_fen
                              ORDER BY id) AS before_nth
    FROM line WHERE balance_fen IS NOT NULL
), closing AS (
    SELECT DISTINCT ON (s.account_id, s.booked_on) s.account_id, s.booked_on, s.id, s.after_fen
    FROM step s
    LEFT JOIN step n ON n.account_id = s.account_id AND n.booked_on = s.booked_on
     AND n.before_fen = s.after_fen AND n.before_nth = s.after_nth
    ORDER BY s.account_id, s.booked_on, n.id IS NULL DESC, s.id DESC
)
SELECT l.account_id, l.booked_on, sum(l.amount_fen)::bigint AS sum_fen,
       (c.after_fen + coalesce(sum(l.amount_fen)
            FILTER (WHERE l.balance_fen IS NULL AND l.id > c.id), 0))::bigint AS closing_fen
FROM line l LEFT JOIN closing c USING (account_id, booked_on)
GROUP BY l.account_id, l.booked_on, c.id, c.after_fen
ORDER BY l.account_id, l.booked_on
