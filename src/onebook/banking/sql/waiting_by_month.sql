-- In: day after the last. Out: by month of booking, the lines without a match in force, and what
-- came in and went out by them.
SELECT date_trunc('month', l.booked_on)::date AS month, count(*) AS lines,
       coalesce(sum(l.amount_fen) FILTER (WHERE l.amount_fen > 0), 0)::bigint AS in_fen,
       coalesce(-sum(l.amount_fen) FILTER (WHERE l.amount_fen < 0), 0)::bigint AS out_fen
FROM banking_line l
WHERE l.booked_on < %(until)s AND l.amount_fen <> 0
  AND NOT EXISTS (SELECT FROM banking_v_match m WHERE m.line_id = l.id)
GROUP BY 1 ORDER BY 1
