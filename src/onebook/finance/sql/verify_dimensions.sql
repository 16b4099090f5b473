-- In: units. Out: a row a problem. Postings, items, settlements, receipts and prepayments that name a
-- service account, an item, a journal or an org unit that does not exist. It stands for the foreign
-- keys that tables written by COPY do not have.
WITH named AS (
    SELECT 'posting' AS kind, id, service_account_id AS account, open_item_id AS item,
           org_unit_id AS unit, journal_id AS journal FROM books_v_bare_posting
    UNION ALL SELECT 'item', id, service_account_id, NULL, org_unit_id, journal_id
              FROM receivable_v_open_item
    UNION ALL SELECT 'settlement', id, service_account_id, open_item_id, NULL, journal_id
              FROM receivable_v_settlement
    UNION ALL SELECT 'receipt', id, service_account_id, NULL, org_unit_id, NULL
              FROM cash_v_receipt
    UNION ALL SELECT 'prepayment', id, service_account_id, NULL, org_unit_id, journal_id
              FROM cash_v_prepayment_entry
    UNION ALL SELECT 'bill', id, service_account_id, NULL, org_unit_id, NULL FROM billing_v_bill
)
SELECT format('%%s %%s names %%s', n.kind, n.id, concat_ws(', ',
              CASE WHEN n.account IS NOT NULL AND a.id IS NULL THEN 'account ' || n.account END,
              CASE WHEN n.item IS NOT NULL AND i.id IS NULL THEN 'item ' || n.item END,
              CASE WHEN n.unit <> ALL(%(units)s::bigint[]) THEN 'unit ' || n.unit END,
              CASE WHEN n.journal IS NOT NULL AND j.id IS NULL THEN 'journal ' || n.journal END))
       AS problem
FROM named n
LEFT JOIN customer_v_service_account a ON a.id = n.account
LEFT JOIN receivable_v_open_item i ON i.id = n.item
LEFT JOIN books_v_journal j ON j.id = n.journal
WHERE (n.account IS NOT NULL AND a.id IS NULL) OR (n.item IS NOT NULL AND i.id IS NULL)
   OR n.unit <> ALL(%(units)s::bigint[]) OR (n.journal IS NOT NULL AND j.id IS NULL)
ORDER BY n.kind, n.id LIMIT 100
