-- In: month, org unit, January of the year. Out: a row an account to bill, ascending: billable
-- reading in force, no bill of the month yet, no blocking exception undecided or held.
SELECT r.service_account_id, a.category_id, r.id AS reading_id, r.usage_e4, t.version_id,
       coalesce(y.usage_e4, 0)::bigint AS year_usage_before_e4,
       CASE WHEN a.opened_on > %(january)s
            THEN 13 - extract(month FROM a.opened_on)::int ELSE 12 END::smallint AS quota_months
FROM metering_v_reading r
JOIN customer_v_service_account a ON a.id = r.service_account_id
JOIN tariff_v_assignment t ON t.service_account_id = r.service_account_id
 AND t.during @> %(month)s::date AND t.version_during @> %(month)s::date
LEFT JOIN (
    SELECT service_account_id, sum(usage_e4) AS usage_e4 FROM billing_bill
    WHERE org_unit_id = %(org_unit)s AND bill_month >= %(january)s AND bill_month < %(month)s
    GROUP BY service_account_id
) y ON y.service_account_id = r.service_account_id
WHERE r.bill_month = %(month)s AND r.org_unit_id = %(org_unit)s AND r.status IN (0, 1)
  AND NOT EXISTS (SELECT FROM billing_bill b
                  WHERE b.service_account_id = r.service_account_id
                    AND b.bill_month = r.bill_month)
  AND NOT EXISTS (SELECT FROM billing_v_exception e
                  WHERE e.reading_id = r.id AND e.blocking AND e.state <> 'release')
ORDER BY r.service_account_id
