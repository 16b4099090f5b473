-- In: accounts, since, until. Out: the kWh billed to each by bill month, red bills taken off.
-- Locks: none.
SELECT service_account_id, bill_month, sum(usage_e4)::bigint AS usage_e4
FROM billing_bill
WHERE service_account_id = ANY(%(accounts)s::bigint[])
  AND bill_month BETWEEN %(since)s AND %(until)s
GROUP BY 1, 2
