-- In: as_of, known_at or known_on, bank account (null: all). Out: the balance by the bank's own
-- lines: what each account opened with and every line since.
SELECT (coalesce((SELECT sum(a.opening_fen) FROM banking_bank_account a
                  WHERE (%(account)s::bigint IS NULL OR a.id = %(account)s)
                    AND a.opening_on <= %(as_of)s), 0)
      + coalesce((SELECT sum(l.amount_fen) FROM banking_line l
                  WHERE (%(account)s::bigint IS NULL OR l.bank_account_id = %(account)s)
                    AND l.booked_on <= %(as_of)s
                    AND (%(known_at)s::timestamptz IS NULL OR l.recorded_at <= %(known_at)s)
                    AND (%(known_on)s::date IS NULL OR l.recorded_on <= %(known_on)s)), 0)
       )::bigint AS balance_fen
