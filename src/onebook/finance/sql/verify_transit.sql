-- In: nothing. Out: a row a problem. Sums that went into transit or were credited by the bank and
-- differ from the transit postings of their journal, in amount, day or moment of recording; and
-- items credited below zero or above their amount at the end of some day.
SELECT format('journal %s on %s: transit items and credits %s fen, book %s fen', journal_id,
              effective_on, coalesce(m.fen, 0), coalesce(b.fen, 0)) AS problem
FROM (SELECT journal_id, effective_on, recorded_on, recorded_at, sum(fen) AS fen FROM (
          SELECT journal_id, effective_on, recorded_on, recorded_at, amount_fen AS fen
          FROM cash_v_transit_item
          UNION ALL
          SELECT journal_id, effective_on, recorded_on, recorded_at, -amount_fen
          FROM cash_v_transit_credit) a
      GROUP BY 1, 2, 3, 4) m
FULL JOIN (SELECT journal_id, effective_on, recorded_on, recorded_at, sum(amount_fen) AS fen
           FROM books_v_posting WHERE control = 'transit' GROUP BY 1, 2, 3, 4) b
    USING (journal_id, effective_on, recorded_on, recorded_at)
WHERE coalesce(m.fen, 0) <> coalesce(b.fen, 0)
UNION ALL
SELECT format('transit item %s: %s fen credited of %s on %s', d.transit_item_id, d.credited,
              i.amount_fen, d.effective_on)
FROM (SELECT transit_item_id, effective_on,
             sum(sum(amount_fen)) OVER (PARTITION BY transit_item_id ORDER BY effective_on)
                 AS credited
      FROM cash_v_transit_credit GROUP BY transit_item_id, effective_on) d
LEFT JOIN cash_v_transit_item i ON i.id = d.transit_item_id
WHERE i.id IS NULL OR d.credited NOT BETWEEN 0 AND i.amount_fen OR d.effective_on < i.effective_on
LIMIT 100
