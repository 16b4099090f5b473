-- In: nothing. Out: a row a problem. Batches and adjustments whose history of columns is not what their
-- bills and parts give. Locks: none.
SELECT format('%s %s, account %s, %s: history %s kWh %s fen state %s, bills %s kWh %s fen state %s',
              CASE WHEN coalesce(h.batch_id, r.batch_id) IS NULL THEN 'adjustment' ELSE 'batch' END,
              coalesce(h.batch_id, r.batch_id, h.adjustment_id, r.adjustment_id),
              coalesce(h.service_account_id, r.service_account_id),
              coalesce(h.bill_month, r.bill_month), h.usage_e4 / 10000.0, h.total_fen, h.state,
              r.usage_e4 / 10000.0, r.total_fen, r.state) AS problem
FROM (SELECT coalesce(batch_id, 0) AS batch, coalesce(adjustment_id, 0) AS adjustment, *
      FROM billing_v_history) h
FULL JOIN (SELECT coalesce(batch_id, 0) AS batch, coalesce(adjustment_id, 0) AS adjustment, *
           FROM billing_v_history_rebuilt) r
  ON (r.batch, r.adjustment, r.service_account_id, r.bill_month)
   = (h.batch, h.adjustment, h.service_account_id, h.bill_month)
WHERE (h.org_unit_id, h.usage_e4, h.total_fen, h.state)
      IS DISTINCT FROM (r.org_unit_id, r.usage_e4, r.total_fen, r.state)
ORDER BY 1 LIMIT 100
