-- In: org unit. Out: its accounts with a prepayment balance and an unsettled item; the balance.
SELECT p.service_account_id, p.balance_fen
FROM (SELECT service_account_id, sum(amount_fen)::bigint AS balance_fen
      FROM cash_prepayment_entry WHERE org_unit_id = %(org_unit)s
      GROUP BY service_account_id HAVING sum(amount_fen) > 0) p
WHERE EXISTS (
    SELECT FROM receivable_v_open_item i
    WHERE i.service_account_id = p.service_account_id
      AND i.principal_fen > coalesce((SELECT sum(s.amount_fen) FROM receivable_v_settlement s
                                      WHERE s.open_item_id = i.id), 0))
ORDER BY p.service_account_id
