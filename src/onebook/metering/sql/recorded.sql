-- In: the least and the greatest meter and all of them (null: whichever lies between), one bill month. Out:
-- the reading of the month in force of those that have one, by meter. Locks: none.
SELECT DISTINCT ON (r.meter_id) r.meter_id, r.current_e4, r.previous_e4, r.multiplier, r.version,
       coalesce(o.how, 0::smallint) AS how
FROM metering_reading r LEFT JOIN metering_reading_note o ON o.reading_id = r.id
WHERE r.bill_month = %(month)s AND r.meter_id BETWEEN %(least)s AND %(greatest)s
  AND (%(listed)s::bigint[] IS NULL OR r.meter_id = ANY(%(listed)s))
ORDER BY r.meter_id, r.version DESC
