-- In: as_of, known_at or known_on, units. Out: prepayment held a unit, and accounts holding any.
SELECT org_unit_id, sum(balance_fen)::bigint AS balance_fen,
       count(*) FILTER (WHERE balance_fen > 0) AS accounts
FROM (SELECT org_unit_id, service_account_id, sum(amount_fen) AS balance_fen
      FROM cash_prepayment_entry
      WHERE effective_on <= %(as_of)s
        AND (%(known_at)s::timestamptz IS NULL OR recorded_at <= %(known_at)s)
        AND (%(known_on)s::date IS NULL OR recorded_on <= %(known_on)s)
        AND (%(units)s::bigint[] IS NULL OR org_unit_id = ANY(%(units)s))
      GROUP BY 1, 2) b
GROUP BY 1
