-- In: as_of, known_at or known_on, units (null: all). Out: open items with their customers, oldest
-- due first.
SELECT a.number, a.customer_name, i.org_unit_id, i.category_id, to_char(i.bill_month, 'YYYY-MM')
           AS bill_month, i.due_on, greatest(%(as_of)s::date - i.due_on, 0) AS days_past_due,
       i.principal_fen, i.remaining_fen
FROM receivable_v_open_items_at(%(as_of)s::date, %(known_at)s::timestamptz, %(known_on)s::date,
                                %(snapshot)s::date) i
JOIN customer_v_service_account a ON a.id = i.service_account_id
WHERE %(units)s::bigint[] IS NULL OR i.org_unit_id = ANY(%(units)s)
ORDER BY i.due_on, i.id
