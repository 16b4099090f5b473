"""The embedded PostgreSQL: binaries, system user, cluster, process; the door is `server`."""
