-- In: columns of a file's lines. Out: the lines that were not there yet, by fingerprint and
-- occurrence. The order of ids is the file's.
INSERT INTO banking_line (id, bank_account_id, file_id, row_number, fingerprint, occurrence, booked_on,
                          amount_fen, balance_fen, counterparty_name, counterparty_account, summary,
                          remark, serial)
SELECT u.id, %(bank_account_id)s, %(file_id)s, u.row_number, u.fingerprint, u.occurrence, u.booked_on,
       u.amount_fen, u.balance_fen, u.counterparty_name, u.counterparty_account, u.summary, u.remark,
       u.serial
FROM unnest(%(id)s::bigint[], %(row_number)s::int[], %(fingerprint)s::bytea[],
            %(occurrence)s::smallint[], %(booked_on)s::date[], %(amount_fen)s::bigint[],
            %(balance_fen)s::bigint[], %(counterparty_name)s::text[],
            %(counterparty_account)s::text[], %(summary)s::text[], %(remark)s::text[],
            %(serial)s::text[])
     AS u (id, row_number, fingerprint, occurrence, booked_on, amount_fen, balance_fen,
           counterparty_name, counterparty_account, summary, remark, serial)
ON CONFLICT (bank_account_id, fingerprint, occurrence) DO NOTHING
