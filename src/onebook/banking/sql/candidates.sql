-- In: days a credit may take. Out: for every unmatched line of money in, the transit items waiting
-- that have its amount or whose reference stands in its texts as a whole word, and which of both.
WITH waiting AS (
    SELECT i.id, i.reference, i.amount_fen, i.effective_on
    FROM cash_v_transit_item i
    LEFT JOIN (SELECT transit_item_id, sum(amount_fen) AS credited FROM cash_v_transit_credit
               GROUP BY 1) c ON c.transit_item_id = i.id
    WHERE coalesce(c.credited, 0) = 0
), line AS (
    SELECT l.id, l.amount_fen, l.booked_on, l.summary, l.remark, l.serial FROM banking_line l
    WHERE l.amount_fen > 0
      AND NOT EXISTS (SELECT FROM banking_v_match m WHERE m.line_id = l.id)
), word AS (
    SELECT DISTINCT l.id, w.word
    FROM line l
    CROSS JOIN LATERAL regexp_split_to_table(
        upper(l.summary || ' ' || l.remark || ' ' || l.serial), '[^0-9A-Z-]+') AS w (word)
    WHERE length(w.word) >= 4
), pair AS (
    SELECT w.id AS line_id, i.id AS item_id FROM word w JOIN waiting i ON upper(i.reference) = w.word
    UNION
    SELECT l.id, i.id FROM line l JOIN waiting i ON i.amount_fen = l.amount_fen
     AND l.booked_on BETWEEN i.effective_on AND i.effective_on + %(days)s
)
SELECT l.id AS line_id, l.booked_on, l.amount_fen AS line_fen, i.id AS item_id, i.reference,
       i.amount_fen AS item_fen, i.effective_on,
       EXISTS (SELECT FROM word w WHERE w.id = l.id AND w.word = upper(i.reference)) AS by_reference,
       i.amount_fen = l.amount_fen AS by_amount,
       l.booked_on BETWEEN i.effective_on AND i.effective_on + %(days)s AS in_time
FROM pair p JOIN line l ON l.id = p.line_id JOIN waiting i ON i.id = p.item_id
ORDER BY l.id, i.id
