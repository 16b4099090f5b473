-- In: first day, day after the last. Out: lines booked, of them matched and waiting.
SELECT count(*) AS lines, count(m.id) AS matched, count(*) - count(m.id) AS waiting
FROM banking_line l LEFT JOIN banking_v_match m ON m.line_id = l.id
WHERE l.booked_on >= %(since)s AND l.booked_on < %(until)s
