-- In: an entry's key, a photograph's fingerprint. Out: 1, or 0 where it belongs to the entry already.
-- Locks: none.
INSERT INTO metering_field_photo (key, sha256) VALUES (%(key)s, %(sha256)s) ON CONFLICT DO NOTHING
