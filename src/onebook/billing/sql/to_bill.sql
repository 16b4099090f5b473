-- In: org unit, account (null: all), month, January of the year and of the next. Out: a row a reading in
-- force of accounts that have no standing bill of the month and nothing that keeps it back, by account and
-- reading. An account without a meter that has a part of a main meter comes with the main's reading.
-- Red bills take their usage from the year's, adjustments that stand add theirs. Locks: none.
WITH kept_back AS MATERIALIZED (
    SELECT DISTINCT service_account_id FROM billing_v_exception
    WHERE org_unit_id = %(org_unit)s AND bill_month = %(month)s
      AND (state = 'hold' OR (state = 'open' AND blocking))
), adjusted AS MATERIALIZED (
    SELECT service_account_id, sum(usage_e4)::bigint AS usage_e4 FROM billing_v_adjusted_bill
    WHERE org_unit_id = %(org_unit)s
      AND bill_month >= %(january)s AND bill_month < %(next_january)s
    GROUP BY service_account_id
), read AS (
    SELECT id, service_account_id, usage_e4, status FROM metering_v_reading
    WHERE bill_month = %(month)s AND org_unit_id = %(org_unit)s
    UNION ALL
    SELECT reading_id, service_account_id, 0, status FROM billing_v_quantity
    WHERE bill_month = %(month)s AND org_unit_id = %(org_unit)s
), due AS MATERIALIZED (
    SELECT r.id, r.service_account_id, r.usage_e4, r.status,
           -- Null where the month is billed. Compared as pairs, so that no index but that of
           -- accounts and months serves: statistics from before the month would make the index of
           -- months look empty.
           (SELECT CASE WHEN count(*) FILTER (WHERE b.bill_month = %(month)s)
                             > 2 * count(b.reverses_bill_id) FILTER (WHERE b.bill_month = %(month)s)
                        THEN NULL
                        ELSE coalesce(sum(b.usage_e4), 0)::bigint END
            FROM billing_bill b
            WHERE b.service_account_id = r.service_account_id
              AND (b.service_account_id, b.bill_month) >= (r.service_account_id, %(january)s)
              AND (b.service_account_id, b.bill_month) < (r.service_account_id, %(next_january)s)
           ) AS year_usage_before_e4
    FROM read r
    WHERE (%(account)s::bigint IS NULL OR r.service_account_id = %(account)s)
      -- Hashed; a join of few expected rows would loop over all that is kept back.
      AND r.service_account_id NOT IN (SELECT service_account_id FROM kept_back)
)
SELECT d.service_account_id, a.category_id, d.id AS reading_id, d.usage_e4, d.status,
       d.year_usage_before_e4 + coalesce(x.usage_e4, 0) AS year_usage_before_e4,
       CASE WHEN a.opened_on >= %(january)s AND a.opened_on < %(next_january)s
            THEN 13 - extract(month FROM a.opened_on) ELSE 12 END::smallint AS quota_months
FROM due d
JOIN customer_v_service_account a ON a.id = d.service_account_id
LEFT JOIN adjusted x ON x.service_account_id = d.service_account_id
WHERE d.year_usage_before_e4 IS NOT NULL
ORDER BY d.service_account_id, d.id
