-- The one function behind every arrears figure: what remained of each item on a day, as known then.
-- In: the day, and the moment or business day of knowledge (null: not asked). Out: items with
-- something left. Cost follows the items and settlements of the units asked for.
CREATE FUNCTION receivable_v_open_items_at(as_of date, known_at timestamptz, known_on date)
RETURNS TABLE (id bigint, kind smallint, source_id bigint, service_account_id bigint,
               org_unit_id bigint, category_id smallint, bill_month date, due_on date,
               principal_fen bigint, effective_on date, remaining_fen bigint)
LANGUAGE sql STABLE AS $$
    SELECT i.id, i.kind, i.source_id, i.service_account_id, i.org_unit_id, i.category_id,
           i.bill_month, i.due_on, i.principal_fen, i.effective_on,
           (i.principal_fen - coalesce(s.settled_fen, 0))::bigint
    FROM receivable_open_item i
    LEFT JOIN (
        SELECT open_item_id, sum(amount_fen) AS settled_fen
        FROM receivable_settlement
        WHERE effective_on <= as_of
          AND (known_at IS NULL OR recorded_at <= known_at)
          AND (known_on IS NULL OR recorded_on <= known_on)
        GROUP BY open_item_id
    ) s ON s.open_item_id = i.id
    WHERE i.effective_on <= as_of
      AND (known_at IS NULL OR i.recorded_at <= known_at)
      AND (known_on IS NULL OR i.recorded_on <= known_on)
      AND i.principal_fen > coalesce(s.settled_fen, 0)
$$;
