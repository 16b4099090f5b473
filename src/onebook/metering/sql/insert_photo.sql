-- In: a photograph with its fingerprint, kind, size and person. Out: 1, or 0 where it is kept already.
-- Locks: none.
INSERT INTO metering_photo (sha256, kind, width, height, content, person_id)
VALUES (%(sha256)s, %(kind)s, %(width)s, %(height)s, %(content)s, %(person)s)
ON CONFLICT (sha256) DO NOTHING
