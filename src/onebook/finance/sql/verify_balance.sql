-- In: nothing. Out: a row a problem. Journals whose postings do not add up to zero, or that have
-- none; a few postings are named one by one, for many the checks below find the one.
SELECT format('journal %s (%s): postings %s add up to %s fen', j.id, j.event,
              CASE WHEN count(p.id) = 0 THEN 'none'
                   WHEN count(p.id) > 12 THEN format('%s to %s', min(p.id), max(p.id))
                   ELSE string_agg(p.id::text, ', ' ORDER BY p.id) END,
              coalesce(sum(p.amount_fen), 0)) AS problem
FROM books_v_journal j LEFT JOIN books_v_bare_posting p ON p.journal_id = j.id
GROUP BY j.id, j.event
HAVING coalesce(sum(p.amount_fen), 0) <> 0 OR count(p.id) = 0
ORDER BY j.id LIMIT 100
