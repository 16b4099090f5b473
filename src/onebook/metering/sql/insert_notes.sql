-- In: readings, how each came about and its credit, one person and reason. Out: a note each. Locks:
-- none.
INSERT INTO metering_reading_note (reading_id, how, credit_e4, person_id, reason)
SELECT u.id, u.how, u.credit_e4, %(person)s::bigint, %(reason)s
FROM unnest(%(ids)s::bigint[], %(how)s::smallint[], %(credit_e4)s::bigint[]) AS u (id, how, credit_e4)
