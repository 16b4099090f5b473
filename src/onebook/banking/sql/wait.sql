-- In: lines with candidates, their reasons and candidates. Out: every line without a match in force
-- stands in banking_waiting with its reason; rows that say so already are left alone.
INSERT INTO banking_waiting AS w (line_id, reason, candidates)
SELECT l.id,
       coalesce(u.reason, CASE WHEN l.amount_fen > 0 THEN 'no_candidate' ELSE 'money_out' END),
       coalesce(u.candidates, '[]')
FROM banking_line l
LEFT JOIN unnest(%(line_id)s::bigint[], %(reason)s::text[], %(candidates)s::jsonb[])
     AS u (line_id, reason, candidates) ON u.line_id = l.id
WHERE l.amount_fen <> 0
  AND NOT EXISTS (SELECT FROM banking_v_match m WHERE m.line_id = l.id)
ON CONFLICT (line_id) DO UPDATE SET reason = excluded.reason, candidates = excluded.candidates
WHERE (w.reason, w.candidates) IS DISTINCT FROM (excluded.reason, excluded.candidates)
