-- In: columns of matches, undos with their signs turned. Out: one row each, by one statement, so that
-- the guard sees whole lines. Locks: the caller holds those who match.
INSERT INTO banking_match (id, line_id, kind, amount_fen, transit_item_id, receipt_id, purpose,
                           other_match_id, owner_id, approval_id, reason, rule, org_unit_id,
                           undoes_id, effective_on, person_id)
SELECT u.*, %(person_id)s
FROM unnest(%(id)s::bigint[], %(line_id)s::bigint[], %(kind)s::text[], %(amount_fen)s::bigint[],
            %(transit_item_id)s::bigint[], %(receipt_id)s::bigint[], %(purpose)s::text[],
            %(other_match_id)s::bigint[], %(owner_id)s::bigint[], %(approval_id)s::bigint[],
            %(reason)s::text[], %(rule)s::text[], %(org_unit_id)s::bigint[],
            %(undoes_id)s::bigint[], %(effective_on)s::date[]) AS u
