-- In: bank account, first day, last day. Out: the lines recorded of these days, with their files.
SELECT l.booked_on, l.serial, l.amount_fen, l.balance_fen, l.fingerprint, l.occurrence,
       f.name AS file_name, f.layout, l.counterparty_name, l.counterparty_account
FROM banking_line l JOIN banking_statement_file f ON f.id = l.file_id
WHERE l.bank_account_id = %(account)s AND l.booked_on BETWEEN %(since)s AND %(until)s
ORDER BY l.id
