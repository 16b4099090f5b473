-- In: first day of a month. Out: the earliest month before it that is not locked and has readings or
-- journals; opening balances do not count, they are locked with the first month after them.
SELECT min(m.month)::date AS month
FROM (SELECT min(bill_month) AS month FROM metering_v_reading
      WHERE bill_month < %(month)s
        AND bill_month > coalesce((SELECT max(month) FROM books_v_period_lock WHERE module = '*'),
                                  '-infinity')
      UNION ALL
      SELECT date_trunc('month', min(effective_on)) FROM books_v_journal
      WHERE effective_on < %(month)s AND source_kind NOT IN ('opening', 'bank_opening')
        AND effective_on >= coalesce((SELECT max(month) + interval '1 month'
                                      FROM books_v_period_lock WHERE module = '*'),
                                     '-infinity')) m
