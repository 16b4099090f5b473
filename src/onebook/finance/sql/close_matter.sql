-- In: first day, day after the last. Out: whether there is anything of the month for a check to look
-- at: readings or bills, counter cash, bank lines (of it, and up to its end), prepayment, journals.
SELECT EXISTS (SELECT FROM metering_v_reading WHERE bill_month = %(since)s)
       OR EXISTS (SELECT FROM billing_v_bill WHERE bill_month = %(since)s) AS billed,
       EXISTS (SELECT FROM cash_v_receipt WHERE channel = 'counter_cash'
               AND effective_on >= %(since)s AND effective_on < %(until)s)
       OR EXISTS (SELECT FROM cash_v_remittance
                  WHERE effective_on >= %(since)s AND effective_on < %(until)s) AS cash,
       EXISTS (SELECT FROM banking_v_line
               WHERE booked_on >= %(since)s AND booked_on < %(until)s) AS booked,
       EXISTS (SELECT FROM banking_v_line WHERE booked_on < %(until)s) AS bank,
       EXISTS (SELECT FROM cash_v_prepayment_entry WHERE effective_on < %(until)s) AS prepayment,
       EXISTS (SELECT FROM books_v_journal
               WHERE effective_on >= %(since)s AND effective_on < %(until)s) AS journals
