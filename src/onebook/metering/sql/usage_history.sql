-- In: :account, :months. Out: the usage of its latest bill months from the readings in force, oldest
-- first. Locks: none.
SELECT * FROM (
    SELECT bill_month, sum(usage_e4)::bigint AS usage_e4 FROM metering_v_reading
    WHERE service_account_id = %(account)s
    GROUP BY bill_month ORDER BY bill_month DESC LIMIT %(months)s
) latest
ORDER BY bill_month
