-- In: as_of, known_at or known_on. Out: accounts that on that day hold prepayment and owe, and the
-- fen that an offset would settle.
SELECT count(*) AS accounts, coalesce(sum(least(p.fen, i.fen)), 0)::bigint AS amount_fen
FROM (SELECT service_account_id, sum(amount_fen) AS fen FROM cash_v_prepayment_entry
      WHERE effective_on <= %(as_of)s
        AND (%(known_at)s::timestamptz IS NULL OR recorded_at <= %(known_at)s)
        AND (%(known_on)s::date IS NULL OR recorded_on <= %(known_on)s)
      GROUP BY 1 HAVING sum(amount_fen) > 0) p
JOIN (SELECT service_account_id, sum(remaining_fen) AS fen
      FROM receivable_v_open_items_at(%(as_of)s, %(known_at)s, %(known_on)s, %(snapshot)s) GROUP BY 1) i
  USING (service_account_id)
