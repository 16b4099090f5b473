-- In: account, months. Out: its last billed months, newest first: usage and amount of all its bills.
SELECT bill_month, sum(usage_e4)::bigint AS usage_e4, sum(total_fen)::bigint AS total_fen
FROM billing_bill WHERE service_account_id = %(account)s
GROUP BY bill_month ORDER BY bill_month DESC LIMIT %(months)s
