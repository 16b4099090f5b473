-- In: trial, account (null: all). Out: its sampled accounts with who ticked them, by stratum and number.
-- Locks: none.
SELECT s.service_account_id, s.stratum, s.tariff_version_id, s.usage_e4, s.year_usage_before_e4,
       s.quota_months, s.total_fen, s.portions, a.number, a.customer_name, a.category_id,
       t.is_right, t.note, t.person_id AS ticked_by_id, t.recorded_at AS ticked_at
FROM billing_trial_sample s
JOIN customer_v_service_account a ON a.id = s.service_account_id
LEFT JOIN billing_trial_tick t
  ON t.trial_id = s.trial_id AND t.service_account_id = s.service_account_id
WHERE s.trial_id = %(trial)s
  AND (%(account)s::bigint IS NULL OR s.service_account_id = %(account)s)
ORDER BY s.stratum, a.number
