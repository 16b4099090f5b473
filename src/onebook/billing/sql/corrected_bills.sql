-- In: meters and bill months, one row each. Out: a row for each whose account has a standing bill of
-- that month: its place in the given order, the account, unit and bill. Locks: none.
SELECT u.ord - 1 AS place, a.number, b.org_unit_id, b.id AS bill_id
FROM unnest(%(meters)s::bigint[], %(months)s::date[]) WITH ORDINALITY AS u (meter_id, month, ord)
JOIN metering_v_reading r ON r.meter_id = u.meter_id AND r.bill_month = u.month
JOIN billing_v_standing_bill b
  ON b.service_account_id = r.service_account_id AND b.bill_month = u.month
JOIN customer_v_service_account a ON a.id = r.service_account_id
ORDER BY u.ord
