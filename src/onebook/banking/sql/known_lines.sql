-- In: bank account, fingerprints with occurrences. Out: how many of them are recorded already.
SELECT count(*) AS known
FROM banking_line l
JOIN unnest(%(fingerprint)s::bytea[], %(occurrence)s::smallint[]) AS u (fingerprint, occurrence)
  ON u.fingerprint = l.fingerprint AND u.occurrence = l.occurrence
WHERE l.bank_account_id = %(bank_account_id)s
