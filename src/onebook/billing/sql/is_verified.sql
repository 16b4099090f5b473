-- In: org unit, month. Out: one row: whether the latest verification saw the very readings that are
-- in force now. Locks: none.
SELECT coalesce((SELECT v.readings = r.readings AND v.reading_sum = r.reading_sum
                 FROM billing_verification v
                 WHERE v.org_unit_id = %(org_unit)s AND v.bill_month = %(month)s
                 ORDER BY v.id DESC LIMIT 1), false) AS is_verified
FROM (SELECT count(*) AS readings, coalesce(sum(id), 0) AS reading_sum
      FROM metering_v_reading
      WHERE bill_month = %(month)s AND org_unit_id = %(org_unit)s) r
