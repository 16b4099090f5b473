-- In: nothing. Out: a row a problem. Journals recorded in a month after it was locked for everybody.
SELECT format('journal %s of %s was recorded %s, after %s was locked', j.id, j.effective_on,
              j.recorded_at, to_char(l.month, 'YYYY-MM')) AS problem
FROM books_v_period_lock l
JOIN books_v_journal j ON j.effective_on >= l.month
 AND j.effective_on < (l.month + interval '1 month')::date AND j.recorded_at > l.locked_at
WHERE l.module = '*'
ORDER BY j.id LIMIT 100
