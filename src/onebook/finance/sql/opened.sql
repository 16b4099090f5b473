-- In: first day, last day, known_at or known_on. Out: the fen that came to be owed on those days:
-- bills that were issued and opening arrears that were taken in.
SELECT coalesce(sum(principal_fen), 0)::bigint AS principal_fen
FROM receivable_v_open_item
WHERE effective_on BETWEEN %(since)s AND %(until)s
  AND (%(known_at)s::timestamptz IS NULL OR recorded_at <= %(known_at)s)
  AND (%(known_on)s::date IS NULL OR recorded_on <= %(known_on)s)
