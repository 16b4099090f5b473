-- In: nothing. Out: a row a problem. Items settled below zero or above their principal at the end
-- of some day.
SELECT format('item %s: %s fen settled of %s on %s', d.open_item_id, d.settled, i.principal_fen,
              d.effective_on) AS problem
FROM (SELECT open_item_id, effective_on,
             sum(sum(amount_fen)) OVER (PARTITION BY open_item_id ORDER BY effective_on) AS settled
      FROM receivable_v_settlement GROUP BY open_item_id, effective_on) d
LEFT JOIN receivable_v_open_item i ON i.id = d.open_item_id
WHERE i.id IS NULL OR d.settled < 0 OR d.settled > i.principal_fen OR d.effective_on < i.effective_on
ORDER BY d.open_item_id LIMIT 100
