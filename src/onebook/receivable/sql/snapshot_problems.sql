-- In: a snapshot's day. Out: a row a problem: items of which the snapshot keeps something else than
-- the full scan of all that is recorded, and a total that is not its items'. Locks: none.
SELECT format('snapshot of %%s, item %%s: kept %%s fen, scanned %%s fen', %(as_of)s::date,
              coalesce(s.id, n.id), n.remaining_fen, s.remaining_fen) AS problem
FROM receivable_v_open_items_at(%(as_of)s::date, NULL, NULL) s
FULL JOIN (SELECT open_item_id AS id, kind, source_id, service_account_id, org_unit_id, category_id,
                  bill_month, due_on, principal_fen, effective_on, remaining_fen
           FROM receivable_snapshot_item WHERE as_of = %(as_of)s::date) n ON n.id = s.id
WHERE row(s.*) IS DISTINCT FROM row(n.*)
UNION ALL
SELECT format('snapshot of %%s: %%s items and %%s fen, its rows %%s and %%s', t.as_of, t.items,
              t.remaining_fen, n.items, n.fen)
FROM receivable_snapshot t
CROSS JOIN LATERAL (SELECT count(*) AS items, coalesce(sum(remaining_fen), 0) AS fen
                    FROM receivable_snapshot_item WHERE as_of = t.as_of) n
WHERE t.as_of = %(as_of)s::date AND (t.items, t.remaining_fen) <> (n.items, n.fen)
LIMIT 100
