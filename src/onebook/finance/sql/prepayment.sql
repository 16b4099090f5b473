-- In: first day of the month, as_of, known_at or known_on, units (null: all). Out: accounts that held
-- prepayment or moved it in the month: brought forward, paid in, offset less offsets undone, taken back, balance.
SELECT a.number, a.customer_name, e.org_unit_id, e.brought_fen, e.paid_in_fen, e.offset_fen,
       e.taken_back_fen, e.balance_fen, e.moved_on
FROM (SELECT service_account_id, org_unit_id,
             coalesce(sum(amount_fen) FILTER (WHERE effective_on < %(since)s), 0)::bigint
                 AS brought_fen,
             coalesce(sum(amount_fen) FILTER (WHERE effective_on >= %(since)s
                 AND source_kind NOT IN ('offset', 'receipt_move_freed', 'receipt_reversal')
                 AND NOT (source_kind = 'receipt_move' AND amount_fen < 0)), 0)::bigint AS paid_in_fen,
             coalesce(-sum(amount_fen) FILTER (WHERE effective_on >= %(since)s
                 AND source_kind IN ('offset', 'receipt_move_freed')), 0)::bigint AS offset_fen,
             coalesce(-sum(amount_fen) FILTER (WHERE effective_on >= %(since)s
                 AND (source_kind = 'receipt_reversal'
                      OR source_kind = 'receipt_move' AND amount_fen < 0)), 0)::bigint AS taken_back_fen,
             sum(amount_fen)::bigint AS balance_fen, max(effective_on) AS moved_on
      FROM cash_v_prepayment_entry
      WHERE effective_on <= %(as_of)s
        AND (%(known_at)s::timestamptz IS NULL OR recorded_at <= %(known_at)s)
        AND (%(known_on)s::date IS NULL OR recorded_on <= %(known_on)s)
        AND (%(units)s::bigint[] IS NULL OR org_unit_id = ANY(%(units)s))
      GROUP BY service_account_id, org_unit_id) e
JOIN customer_v_service_account a ON a.id = e.service_account_id
WHERE e.balance_fen <> 0 OR e.moved_on >= %(since)s
ORDER BY a.number, e.org_unit_id
