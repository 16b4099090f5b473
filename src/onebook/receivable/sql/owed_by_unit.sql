-- In: as_of, known_at or known_on, its snapshot, units, year_start. Out: what is owed a unit, and of it what was
-- billed before the year (陈欠); accounts in arrears.
SELECT org_unit_id, sum(remaining_fen)::bigint AS remaining_fen,
       coalesce(sum(remaining_fen) FILTER (WHERE bill_month < %(year_start)s::date), 0)::bigint
           AS prior_years_fen,
       count(DISTINCT service_account_id) AS accounts
FROM receivable_v_open_items_at(%(as_of)s::date, %(known_at)s::timestamptz, %(known_on)s::date,
                                %(snapshot)s::date)
WHERE %(units)s::bigint[] IS NULL OR org_unit_id = ANY(%(units)s)
GROUP BY 1
