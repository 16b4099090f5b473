-- In: a journal, the journal that reverses it, fresh ids. Out: its postings with turned signs.
INSERT INTO books_posting (id, journal_id, account_id, amount_fen, org_unit_id, service_account_id,
                           open_item_id, category_id, bill_month)
SELECT (%(ids)s::bigint[])[row_number() OVER (ORDER BY id)], %(journal)s, account_id, -amount_fen,
       org_unit_id, service_account_id, open_item_id, category_id, bill_month
FROM books_posting WHERE journal_id = %(original)s
