-- In: org unit, account (null: all), month, January of the year and of the next. Out: a row a reading in
-- force of accounts that have no standing bill of the month and nothing that keeps it back, by account and
-- reading. An account without a meter that has a part of a main meter comes with the main's reading.
-- Locks: none.
WITH kept_back AS MATERIALIZED (
    SELECT DISTINCT service_account_id FROM billing_v_exception
    WHERE org_unit_id = %(org_unit)s AND bill_month = %(month)s
      AND (state = 'hold' OR (state = 'open' AND blocking))
), billed AS MATERIALIZED (
    SELECT service_account_id FROM billing_bill
    WHERE bill_month = %(month)s AND org_unit_id = %(org_unit)s
    GROUP BY service_account_id HAVING count(*) > 2 * count(reverses_bill_id)
), read AS (
    SELECT id, service_account_id, usage_e4, status FROM metering_v_reading
    WHERE bill_month = %(month)s AND org_unit_id = %(org_unit)s
    UNION ALL
    SELECT reading_id, service_account_id, 0, status FROM billing_v_quantity
    WHERE bill_month = %(month)s AND org_unit_id = %(org_unit)s
)
SELECT r.service_account_id, a.category_id, r.id AS reading_id, r.usage_e4, r.status,
       CASE WHEN a.opened_on >= %(january)s AND a.opened_on < %(next_january)s
            THEN 13 - extract(month FROM a.opened_on) ELSE 12 END::smallint AS quota_months
FROM read r
JOIN customer_v_service_account a ON a.id = r.service_account_id
WHERE (%(account)s::bigint IS NULL OR r.service_account_id = %(account)s)
  -- Hashed; joins of few expected rows would loop over all that is kept back or billed.
  AND r.service_account_id NOT IN (SELECT service_account_id FROM kept_back)
  AND r.service_account_id NOT IN (SELECT service_account_id FROM billed)
ORDER BY r.service_account_id, r.id
