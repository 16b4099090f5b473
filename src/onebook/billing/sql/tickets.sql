-- In: ids, account, units, state (null: all), limit, offset. Out: tickets with their accounts and who
-- checked them, those that wait first, then the newest. Locks: none.
SELECT t.*, a.number, a.customer_name, c.person_id AS checked_by_id, c.recorded_at AS checked_at
FROM billing_v_ticket t
JOIN customer_v_service_account a ON a.id = t.service_account_id
LEFT JOIN billing_ticket_check c ON c.ticket_id = t.id
WHERE (%(ids)s::bigint[] IS NULL OR t.id = ANY(%(ids)s))
  AND (%(account)s::bigint IS NULL OR t.service_account_id = %(account)s)
  AND (%(units)s::bigint[] IS NULL OR t.org_unit_id = ANY(%(units)s))
  AND (%(state)s::text IS NULL OR t.state = %(state)s)
ORDER BY t.state = 'open' DESC, t.id DESC
LIMIT %(limit)s OFFSET %(offset)s
