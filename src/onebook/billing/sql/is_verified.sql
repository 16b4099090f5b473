-- In: org unit, month. Out: one row: whether the latest verification saw the very readings, terms and
-- tariffs that are in force now; an account that had no tariff may have one by now. Locks: none.
SELECT coalesce((SELECT v.readings = r.readings AND v.reading_sum = r.reading_sum
                        AND v.basis = billing_basis(%(org_unit)s, %(month)s)
                 FROM billing_verification v
                 WHERE v.org_unit_id = %(org_unit)s AND v.bill_month = %(month)s
                 ORDER BY v.id DESC LIMIT 1), false)
       AND NOT EXISTS (SELECT FROM billing_v_exception e
                       WHERE e.org_unit_id = %(org_unit)s AND e.bill_month = %(month)s
                         AND e.rule = 'R22' AND e.state = 'open') AS is_verified
FROM (SELECT count(*) AS readings, coalesce(sum(id), 0) AS reading_sum
      FROM metering_v_reading
      WHERE bill_month = %(month)s AND org_unit_id = %(org_unit)s) r
