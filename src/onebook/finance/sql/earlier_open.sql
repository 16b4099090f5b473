-- In: first day of a month. Out: the earliest month before it that is not locked and has readings or
-- journals. Opening balances do not count, they are locked with the first month after them; nor do
-- readings up to the take-over (the day of the first opening balance, or the day before the first
-- month billed): they are what was taken over, not work of a month.
WITH locked AS (
    SELECT coalesce(max(month), '-infinity') AS month FROM books_v_period_lock WHERE module = '*'
), taken_over AS (
    SELECT coalesce(least((SELECT min(effective_on) FROM books_v_journal
                           WHERE source_kind IN ('opening', 'bank_opening')),
                          (SELECT min(bill_month) - 1 FROM billing_v_bill)), '-infinity') AS day
)
SELECT min(m.month)::date AS month
FROM (SELECT min(r.bill_month) AS month FROM metering_v_reading r, locked l, taken_over t
      WHERE r.bill_month < %(month)s AND r.bill_month > l.month
        AND r.bill_month + interval '1 month' > t.day + interval '1 day'
      UNION ALL
      SELECT date_trunc('month', min(j.effective_on)) FROM books_v_journal j, locked l
      WHERE j.effective_on < %(month)s AND j.source_kind NOT IN ('opening', 'bank_opening')
        AND j.effective_on >= l.month + interval '1 month') m
