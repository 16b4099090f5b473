-- In: org unit, month, month before. Out: a row an account with a standing bill of the month before and
-- none of the month: category, usage and amount then, and as `gone` why it may not be billed now: 1
-- closed before the month, 2 something keeps its bill back, 3 not read, 0 nothing. By account. Locks:
-- none.
WITH kept_back AS MATERIALIZED (
    SELECT DISTINCT service_account_id FROM billing_v_exception
    WHERE org_unit_id = %(org_unit)s AND bill_month = %(month)s
      AND (state = 'hold' OR (state = 'open' AND blocking))
)
SELECT b.service_account_id, min(b.category_id) AS category_id, sum(b.usage_e4)::bigint AS usage_e4,
       sum(b.total_fen)::bigint AS total_fen,
       CASE WHEN a.closed_on < %(month)s THEN 1
            WHEN count(k.service_account_id) > 0 THEN 2
            WHEN NOT EXISTS (SELECT FROM metering_v_reading r
                             WHERE r.service_account_id = b.service_account_id
                               AND r.bill_month = %(month)s) THEN 3
            ELSE 0 END::smallint AS gone
FROM billing_v_standing_bill b
JOIN customer_v_service_account a ON a.id = b.service_account_id
LEFT JOIN kept_back k ON k.service_account_id = b.service_account_id
WHERE b.bill_month = %(before)s AND b.org_unit_id = %(org_unit)s
  AND NOT EXISTS (SELECT FROM billing_v_standing_bill n
                  WHERE n.service_account_id = b.service_account_id AND n.bill_month = %(month)s)
GROUP BY b.service_account_id, a.closed_on
ORDER BY b.service_account_id
