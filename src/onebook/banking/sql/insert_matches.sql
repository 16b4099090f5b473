-- In: columns of matches. Out: one row each.
INSERT INTO banking_match (id, line_id, transit_item_id, org_unit_id, undoes_id, effective_on, rule,
                           person_id)
SELECT u.*, %(rule)s, %(person_id)s
FROM unnest(%(id)s::bigint[], %(line_id)s::bigint[], %(transit_item_id)s::bigint[],
            %(org_unit_id)s::bigint[], %(undoes_id)s::bigint[], %(effective_on)s::date[]) AS u
