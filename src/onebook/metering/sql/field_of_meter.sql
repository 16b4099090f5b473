-- In: meter, bill month. Out: what readers entered there, the latest first, with the fingerprints of
-- the photographs. Locks: none.
SELECT e.key, e.value_e4, e.read_on, e.how, e.doubts, e.reason, e.person_id, e.entered_at,
       coalesce(array_agg(p.sha256 ORDER BY p.sha256) FILTER (WHERE p.sha256 IS NOT NULL), '{}') AS photos
FROM metering_field_entry e LEFT JOIN metering_field_photo p ON p.key = e.key
WHERE e.meter_id = %(meter)s AND e.bill_month = %(month)s
GROUP BY e.key
ORDER BY e.recorded_at DESC, e.key
