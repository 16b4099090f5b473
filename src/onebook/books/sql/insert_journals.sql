-- In: columns of journal heads. Out: one row each in books_journal, by one statement. Locks: none.
INSERT INTO books_journal (id, event, source_kind, source_id, org_unit_id, effective_on, person_id,
                           reverses_id)
SELECT * FROM unnest(%(id)s::bigint[], %(event)s::text[], %(source_kind)s::text[],
                     %(source_id)s::bigint[], %(org_unit_id)s::bigint[], %(effective_on)s::date[],
                     %(person_id)s::bigint[], %(reverses_id)s::bigint[])
