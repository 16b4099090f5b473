-- In: since, until, units (null: all), known_at or known_on. Out: what was issued on these days, both
-- included, by unit and category: bills, kWh, total and net of bills and adjustments; of the bills the
-- amounts by what prices are made of; of adjustments the amount; the net by how it is posted; what kWh at
-- the components' prices come to before each bill is rounded, and what has no such price. Locks: none.
SELECT org_unit_id, category_id,
       coalesce(sum(bills) FILTER (WHERE component_id = 0), 0)::bigint AS bills,
       sum(quantity_e4) FILTER (WHERE component_id = 0)::bigint AS usage_e4,
       sum(amount_fen) FILTER (WHERE component_id = 0)::bigint AS total_fen,
       sum(net_fen) FILTER (WHERE component_id = 0)::bigint AS net_fen,
       coalesce(sum(amount_fen) FILTER (WHERE part = 'energy'), 0)::bigint AS energy_fen,
       coalesce(sum(amount_fen) FILTER (WHERE part = 'line_loss'), 0)::bigint AS line_loss_fen,
       coalesce(sum(amount_fen) FILTER (WHERE part = 'transmission'), 0)::bigint AS transmission_fen,
       coalesce(sum(amount_fen) FILTER (WHERE part = 'system_operation'), 0)::bigint AS system_fen,
       coalesce(sum(amount_fen) FILTER (WHERE part = 'fund'), 0)::bigint AS fund_fen,
       coalesce(sum(amount_fen) FILTER (WHERE part = 'capacity'), 0)::bigint AS capacity_fen,
       coalesce(sum(amount_fen) FILTER (WHERE part = 'power_factor'), 0)::bigint AS power_factor_fen,
       coalesce(sum(amount_fen) FILTER (WHERE part = 'other'), 0)::bigint AS other_fen,
       coalesce(sum(amount_fen) FILTER (WHERE component_id = 0 AND adjustment_id IS NOT NULL), 0)::bigint
           AS adjusted_fen,
       coalesce(sum(net_fen) FILTER (WHERE left(posting, 5) = 'fund:'), 0)::bigint AS fund_net_fen,
       coalesce(sum(net_fen) FILTER (WHERE posting = 'relief'), 0)::bigint AS relief_net_fen,
       coalesce(sum(net_fen) FILTER (WHERE component_id <> 0 AND posting <> 'relief'
                                       AND left(posting, 5) <> 'fund:'), 0)::bigint AS revenue_fen,
       coalesce(sum(round(quantity_e4::numeric * price_e10 / 1000000000000))
                FILTER (WHERE is_priced), 0)::bigint AS priced_fen,
       coalesce(sum(amount_fen) FILTER (WHERE component_id <> 0 AND NOT is_priced), 0)::bigint
           AS unpriced_fen
FROM (SELECT r.*, batch_id IS NOT NULL AND component_id <> 0 AND price_e10 <> 0
                  AND posting NOT IN ('power_factor', 'relief') AS is_priced,
             CASE WHEN component_id = 0 OR adjustment_id IS NOT NULL THEN ''
                  WHEN account IN ('energy', 'surcharge') THEN 'energy'
                  WHEN account IN ('line_loss', 'transmission', 'system_operation', 'power_factor')
                      THEN account
                  WHEN account IN ('capacity', 'demand') THEN 'capacity'
                  WHEN left(account, 5) = 'fund:' THEN 'fund' ELSE 'other' END AS part
      FROM billing_v_revenue r
      WHERE issued_on BETWEEN %(since)s AND %(until)s
        AND (%(units)s::bigint[] IS NULL OR org_unit_id = ANY(%(units)s))
        AND (%(known_at)s::timestamptz IS NULL OR recorded_at <= %(known_at)s)
        AND (%(known_on)s::date IS NULL OR recorded_on <= %(known_on)s)) r
GROUP BY org_unit_id, category_id
ORDER BY org_unit_id, category_id
