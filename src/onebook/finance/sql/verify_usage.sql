-- In: nothing. Out: problems: a bill that is charged on other kWh than its readings measured, and a
-- reading in force that is measured from another value than the meter's reading before it shows.
-- Of bills of portions every step is held: the registers' movement is what their points metered, with
-- losses, shares and deductions that is what the points used, and that is what the portions and the
-- bill charge. Months whose correction is open are no problem here, they are listed. Locks: none.
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
    SELECT 'bill ' || b.id || ': ' || trim_scale(b.usage_e4 / 10000.0) || ' kWh, portions '
           || trim_scale(p.usage_e4 / 10000.0) || ', points '
           || coalesce(trim_scale(q.usage_e4 / 10000.0)::text, '—') || ', metered '
           || coalesce(trim_scale(q.metered_e4 / 10000.0)::text, '—') || ', registers '
           || coalesce(trim_scale(r.usage_e4 / 10000.0)::text, '—')
    FROM billing_v_standing_bill b
    JOIN (SELECT bill_id, sum(usage_e4) AS usage_e4 FROM billing_v_bill_portion GROUP BY 1) p
      ON p.bill_id = b.id
    LEFT JOIN (SELECT bill_id, sum(usage_e4) AS usage_e4,
                      coalesce(sum(metered_e4) FILTER (WHERE deduction = 0), 0) AS metered_e4,
                      bool_and(usage_e4 = metered_e4 + transformer_e4 + line_e4 + shared_e4
                                          + parts_e4) AS adds_up
               FROM billing_v_bill_point GROUP BY 1) q ON q.bill_id = b.id
    -- A part without a meter is billed on its main meter's reading, which is another account's.
    LEFT JOIN (SELECT x.bill_id, sum(m.usage_e4) AS usage_e4
               FROM billing_v_bill_reading x
               JOIN metering_v_reading m ON m.id = x.reading_id
               JOIN billing_v_bill o ON o.id = x.bill_id
                AND o.service_account_id = m.service_account_id
               GROUP BY 1) r ON r.bill_id = b.id
    WHERE (p.usage_e4 <> b.usage_e4 OR q.usage_e4 IS DISTINCT FROM b.usage_e4 OR NOT q.adds_up
           OR q.metered_e4 <> coalesce(r.usage_e4, 0))
      AND NOT EXISTS (SELECT FROM billing_v_open_correction c WHERE c.bill_id = b.id)
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
