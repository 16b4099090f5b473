-- In: org unit, account (null: all), the day of the offset. Out: its accounts with an unsettled item and a prepayment
-- that is free on that day and on every later one; the balance.
SELECT p.service_account_id, p.balance_fen
FROM (SELECT d.service_account_id, min(d.balance)::bigint AS balance_fen
      FROM (SELECT service_account_id, effective_on,
                   sum(sum(amount_fen)) OVER w AS balance, lead(effective_on) OVER w AS until
            FROM cash_prepayment_entry WHERE org_unit_id = %(org_unit)s
              AND (%(account)s::bigint IS NULL OR service_account_id = %(account)s)
            GROUP BY service_account_id, effective_on
            WINDOW w AS (PARTITION BY service_account_id ORDER BY effective_on)) d
      WHERE d.until IS NULL OR d.until > %(effective_on)s
      GROUP BY d.service_account_id
      HAVING bool_or(d.effective_on <= %(effective_on)s)) p
WHERE p.balance_fen > 0 AND EXISTS (
    SELECT FROM receivable_v_open_item i
    WHERE i.service_account_id = p.service_account_id
      AND i.principal_fen > coalesce((SELECT sum(s.amount_fen) FROM receivable_v_settlement s
                                      WHERE s.open_item_id = i.id), 0))
ORDER BY p.service_account_id
