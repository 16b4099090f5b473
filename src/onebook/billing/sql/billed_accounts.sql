-- In: accounts and bill months, one row each. Out: those of them that have a standing bill. Locks:
-- none.
SELECT DISTINCT b.service_account_id, b.bill_month
FROM unnest(%(accounts)s::bigint[], %(months)s::date[]) AS u (service_account_id, bill_month)
JOIN billing_v_standing_bill b USING (service_account_id, bill_month)
