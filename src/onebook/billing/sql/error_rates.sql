-- In: month, units, as_of, known_at, known_on. Out: a row a role and person: reader (accounts read, and
-- those whose reading was corrected before its bill) and biller (bills issued and their amount); of both
-- the bills reversed up to the day by cause, those of at least 10,000 kWh or 5,000 yuan, and how far the
-- bills in their place differ. Locks: none.
WITH readings AS MATERIALIZED (
    SELECT r.id, r.meter_id, r.service_account_id, r.version, r.current_e4, r.person_id,
           r.recorded_on
    FROM metering_v_every_reading r
    WHERE r.bill_month = %(month)s
      AND (%(units)s::bigint[] IS NULL OR r.org_unit_id = ANY(%(units)s))
      AND (%(known_at)s::timestamptz IS NULL OR r.recorded_at <= %(known_at)s)
      AND (%(known_on)s::date IS NULL OR r.recorded_on <= %(known_on)s)
), corrected AS (
    SELECT DISTINCT f.service_account_id
    FROM readings f JOIN readings l ON l.meter_id = f.meter_id AND l.version = f.version + 1
    WHERE l.current_e4 <> f.current_e4 AND l.recorded_on <= %(as_of)s
      AND NOT EXISTS (SELECT FROM billing_v_bill_reading b WHERE b.reading_id = f.id)
), batch AS (
    SELECT t.id, t.person_id, t.bills, t.total_fen, t.issued_on
    FROM billing_batch t
    WHERE t.bill_month = %(month)s AND t.issued_on <= %(as_of)s
      AND (%(units)s::bigint[] IS NULL OR t.org_unit_id = ANY(%(units)s))
      AND (%(known_at)s::timestamptz IS NULL OR t.recorded_at <= %(known_at)s)
      AND (%(known_on)s::date IS NULL OR t.recorded_on <= %(known_on)s)
), reversed AS MATERIALIZED (
    SELECT b.usage_e4, b.total_fen, coalesce(n.usage_e4, 0) AS right_e4,
           coalesce(n.total_fen, 0) AS right_fen, o.person_id AS reader_id, t.person_id AS biller_id,
           CASE WHEN n.id IS NULL THEN 'other'
                WHEN m.multiplier <> o.multiplier THEN 'multiplier'
                WHEN m.id <> o.id THEN 'reading'
                WHEN (n.tariff_version_id, n.category_id) <> (b.tariff_version_id, b.category_id)
                    THEN 'price'
                ELSE 'other' END AS cause
    FROM billing_bill r
    JOIN batch x ON x.id = r.batch_id
    JOIN billing_bill b ON b.id = r.reverses_bill_id
    JOIN batch t ON t.id = b.batch_id
    JOIN metering_v_every_reading o ON o.id = b.reading_id
    LEFT JOIN (billing_bill n JOIN batch y ON y.id = n.batch_id
               JOIN metering_v_every_reading m ON m.id = n.reading_id)
      ON n.replaces_bill_id = b.id
    WHERE r.bill_month = %(month)s AND r.reverses_bill_id IS NOT NULL
), error AS (
    SELECT CASE cause WHEN 'reading' THEN 'reader' ELSE 'biller' END AS role,
           CASE cause WHEN 'reading' THEN reader_id ELSE biller_id END AS person_id,
           count(*) FILTER (WHERE cause = 'reading') AS by_reading,
           count(*) FILTER (WHERE cause = 'multiplier') AS by_multiplier,
           count(*) FILTER (WHERE cause = 'price') AS by_price,
           count(*) FILTER (WHERE cause = 'other') AS by_other,
           count(*) FILTER (WHERE abs(usage_e4 - right_e4) >= 100000000
                               OR abs(total_fen - right_fen) >= 500000) AS serious,
           sum(abs(total_fen - right_fen))::bigint AS error_fen
    FROM reversed GROUP BY 1, 2
), base AS (
    SELECT 'reader' AS role, r.person_id, count(DISTINCT r.service_account_id) AS accounts,
           NULL::bigint AS total_fen,
           count(DISTINCT r.service_account_id) FILTER (
               WHERE r.service_account_id IN (SELECT service_account_id FROM corrected)) AS caught
    FROM readings r WHERE r.version = 1 GROUP BY r.person_id
    UNION ALL
    SELECT 'biller', person_id, sum(bills)::bigint, sum(total_fen)::bigint, 0
    FROM batch WHERE bills > 0 GROUP BY person_id
)
SELECT coalesce(b.role, e.role) AS role, coalesce(b.person_id, e.person_id) AS person_id,
       coalesce(b.accounts, 0) AS accounts, coalesce(b.caught, 0) AS caught, b.total_fen,
       coalesce(e.by_reading, 0) AS by_reading, coalesce(e.by_multiplier, 0) AS by_multiplier,
       coalesce(e.by_price, 0) AS by_price, coalesce(e.by_other, 0) AS by_other,
       coalesce(e.serious, 0) AS serious, coalesce(e.error_fen, 0) AS error_fen
FROM base b
FULL JOIN error e ON e.role = b.role AND coalesce(e.person_id, 0) = coalesce(b.person_id, 0)
ORDER BY role DESC, person_id
