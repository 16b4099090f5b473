-- In: first day, day after the last, known_at or known_on. Out: by calendar month and org unit, what came
-- to be owed and what was settled of it, and of both what is of bill months before that month's year
-- (陈欠). Cost: one pass over the documents of these days. Locks: none.
SELECT m.month::date AS month, org_unit_id,
       coalesce(sum(opened_fen), 0)::bigint AS opened_fen,
       coalesce(sum(opened_fen) FILTER (WHERE is_prior), 0)::bigint AS opened_prior_fen,
       coalesce(sum(settled_fen), 0)::bigint AS settled_fen,
       coalesce(sum(settled_fen) FILTER (WHERE is_prior), 0)::bigint AS settled_prior_fen
FROM (SELECT org_unit_id, effective_on, bill_month < date_trunc('year', effective_on) AS is_prior,
             principal_fen AS opened_fen, 0 AS settled_fen
      FROM receivable_v_open_item
      WHERE effective_on >= %(since)s AND effective_on < %(until)s
        AND (%(known_at)s::timestamptz IS NULL OR recorded_at <= %(known_at)s)
        AND (%(known_on)s::date IS NULL OR recorded_on <= %(known_on)s)
      UNION ALL
      SELECT i.org_unit_id, s.effective_on, i.bill_month < date_trunc('year', s.effective_on), 0,
             s.amount_fen
      FROM receivable_v_settlement s JOIN receivable_v_open_item i ON i.id = s.open_item_id
      WHERE s.effective_on >= %(since)s AND s.effective_on < %(until)s
        AND (%(known_at)s::timestamptz IS NULL OR s.recorded_at <= %(known_at)s)
        AND (%(known_on)s::date IS NULL OR s.recorded_on <= %(known_on)s)) d,
     date_trunc('month', effective_on) AS m (month)
GROUP BY 1, 2
