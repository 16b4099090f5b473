-- In: nothing. Out: problems: a bill that is charged on other kWh than its readings measured, and a
-- reading in force that is measured from another value than the meter's reading before it shows.
-- Bills of portions have facts of their own (losses, shares), which another promise prices again;
-- months whose correction is open are no problem here, they are listed. Locks: none.
SELECT problem FROM (
    SELECT 'bill ' || b.id || ': ' || trim_scale(b.usage_e4 / 10000.0) || ' kWh, its readings '
           || trim_scale(sum(r.usage_e4) / 10000.0) AS problem
    FROM billing_v_standing_bill b
    JOIN billing_v_bill_reading x ON x.bill_id = b.id
    JOIN metering_v_reading r ON r.id = x.reading_id
    WHERE NOT EXISTS (SELECT FROM billing_v_bill_portion p WHERE p.bill_id = b.id)
      AND NOT EXISTS (SELECT FROM billing_v_open_correction c WHERE c.bill_id = b.id)
    GROUP BY b.id, b.usage_e4
    HAVING sum(r.usage_e4) <> b.usage_e4
    UNION ALL
    SELECT 'reading ' || r.id || ': measured from ' || trim_scale(r.previous_e4 / 10000.0)
           || ', the reading before shows ' || trim_scale(r.before_e4 / 10000.0)
    FROM (SELECT id, previous_e4,
                 lag(current_e4) OVER (PARTITION BY meter_id, service_account_id
                                       ORDER BY bill_month) AS before_e4
          FROM metering_v_reading) r
    WHERE r.before_e4 <> r.previous_e4
) found
LIMIT 100
