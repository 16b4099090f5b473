-- In: reader, first month. Out: the reader's rounds from that bill month on, the latest month first,
-- with how many meters each has and how many are read (an estimate is no reading). Locks: none.
SELECT o.id, o.bill_month, o.planned_on, o.org_unit_id, b.number AS book, b.name,
       count(p.metering_point_id) AS points, count(r.meter_id) AS read
FROM metering_round o
JOIN metering_book b ON b.id = o.book_id
LEFT JOIN metering_v_round_point p ON p.round_id = o.id
LEFT JOIN metering_v_reading r
  ON r.meter_id = p.meter_id AND r.bill_month = o.bill_month AND r.how <> 2
WHERE o.reader_id = %(reader)s AND o.bill_month >= %(since)s
GROUP BY o.id, b.number, b.name
ORDER BY o.bill_month DESC, b.number
