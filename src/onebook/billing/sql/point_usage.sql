-- In: month, January of the year, accounts. Out: what the metering points of the accounts that have
-- tariffs of their own used in the year's earlier standing bills. Locks: none.
SELECT b.service_account_id, p.metering_point_id, sum(p.usage_e4)::bigint AS usage_e4
FROM billing_v_standing_bill b JOIN billing_bill_portion p ON p.bill_id = b.id
WHERE b.service_account_id = ANY(%(accounts)s::bigint[])
  AND b.bill_month >= %(january)s AND b.bill_month < %(month)s AND p.metering_point_id <> 0
GROUP BY 1, 2 ORDER BY 1, 2
