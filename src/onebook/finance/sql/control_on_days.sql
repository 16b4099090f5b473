-- In: days, controls, known_at or known_on. Out: for each day, control and org unit, the balance in
-- fen (debit > 0) of the control's accounts at the day's end, where something moved by then.
-- Cost: one pass, however many days. Locks: none.
WITH moved AS (
    SELECT j.effective_on, a.control, p.org_unit_id, sum(p.amount_fen) AS fen
    FROM books_v_bare_posting p
    JOIN books_v_journal j ON j.id = p.journal_id
    JOIN books_v_account a ON a.id = p.account_id
    -- The accounts' identifiers first: the planner then knows that they are most of the postings.
    WHERE p.account_id = ANY(ARRAY(SELECT id FROM books_v_account
                                   WHERE control = ANY(%(controls)s::text[])))
      AND (%(known_at)s::timestamptz IS NULL OR j.recorded_at <= %(known_at)s)
      AND (%(known_on)s::date IS NULL OR j.recorded_on <= %(known_on)s)
    GROUP BY 1, 2, 3
)
SELECT d.day, m.control, m.org_unit_id, sum(m.fen)::bigint AS balance_fen
FROM unnest(%(days)s::date[]) AS d (day) JOIN moved m ON m.effective_on <= d.day
GROUP BY 1, 2, 3
