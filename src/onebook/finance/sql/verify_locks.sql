-- In: nothing. Out: a row a problem. Journals of a month, or of one before it, that were recorded
-- after it was locked for everybody.
SELECT format('journal %s of %s was recorded %s, after %s was locked', p.id, p.effective_on,
              p.recorded_at, to_char(p.month, 'YYYY-MM')) AS problem
FROM (SELECT DISTINCT ON (j.id) j.id, j.effective_on, j.recorded_at, l.month
      FROM books_v_period_lock l
      JOIN books_v_journal j ON j.effective_on < (l.month + interval '1 month')::date
       AND j.recorded_at > l.locked_at
      WHERE l.module = '*'
      ORDER BY j.id, l.month) p
ORDER BY p.id LIMIT 100
