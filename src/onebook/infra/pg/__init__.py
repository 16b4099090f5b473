"""The embedded PostgreSQL: binaries, system user, cluster, process, logins; the door is `server`."""
