-- The one function behind every arrears figure: what remained of each item on a day, as known then.
-- In: the day; the moment or business day of knowledge (null: not asked); the day of a snapshot
-- that holds for both (reads.snapshot_for; null: none). Out: items with something left. Cost: the
-- items and settlements since the snapshot, and what it holds; without one, all of them. Given as
-- literals, so that what is not asked is planned away.
CREATE FUNCTION receivable_v_open_items_at(as_of date, known_at timestamptz, known_on date,
                                           snapshot date DEFAULT NULL)
RETURNS TABLE (id bigint, kind smallint, source_id bigint, service_account_id bigint,
               org_unit_id bigint, category_id smallint, bill_month date, due_on date,
               principal_fen bigint, effective_on date, remaining_fen bigint)
LANGUAGE sql STABLE AS $$
    WITH moved AS NOT MATERIALIZED (
        SELECT open_item_id, amount_fen FROM receivable_settlement
        WHERE effective_on <= as_of AND effective_on > coalesce(snapshot, '-infinity')
          AND (known_at IS NULL OR recorded_at <= known_at)
          AND (known_on IS NULL OR recorded_on <= known_on)
    )
    SELECT i.id, i.kind, i.source_id, i.service_account_id, i.org_unit_id, i.category_id,
           i.bill_month, i.due_on, i.principal_fen, i.effective_on,
           i.before_fen - coalesce(s.fen, 0)
    FROM (
        SELECT id, kind, source_id, service_account_id, org_unit_id, category_id, bill_month,
               due_on, principal_fen, effective_on, principal_fen AS before_fen
        FROM receivable_open_item
        WHERE effective_on <= as_of AND effective_on > coalesce(snapshot, '-infinity')
          AND (known_at IS NULL OR recorded_at <= known_at)
          AND (known_on IS NULL OR recorded_on <= known_on)
        UNION ALL
        SELECT open_item_id, kind, source_id, service_account_id, org_unit_id, category_id,
               bill_month, due_on, principal_fen, effective_on, remaining_fen
        FROM receivable_snapshot_item n WHERE n.as_of = snapshot
    ) i
    LEFT JOIN (SELECT open_item_id, sum(amount_fen)::bigint AS fen FROM moved GROUP BY 1) s
      ON s.open_item_id = i.id
    WHERE i.before_fen > coalesce(s.fen, 0)
    UNION ALL
    -- What was settled by the snapshot and is undone since.
    SELECT i.id, i.kind, i.source_id, i.service_account_id, i.org_unit_id, i.category_id,
           i.bill_month, i.due_on, i.principal_fen, i.effective_on, -s.fen
    FROM (SELECT open_item_id, sum(amount_fen)::bigint AS fen FROM moved
          WHERE open_item_id IN (SELECT open_item_id FROM moved WHERE amount_fen < 0)
          GROUP BY 1) s
    JOIN receivable_open_item i ON i.id = s.open_item_id
    WHERE snapshot IS NOT NULL AND s.fen < 0 AND i.effective_on <= snapshot
      AND NOT EXISTS (SELECT FROM receivable_snapshot_item n
                      WHERE n.as_of = snapshot AND n.open_item_id = i.id)
$$;
