"""Lets a migration point at a named SQL file of its app, so that the file is the readable truth."""

from django.db.migrations import RunSQL

from onebook.infra import sql


def run(app: str, name: str) -> RunSQL:
    """The statements of `<app>/sql/<name>.sql` as a migration's operation."""
    return RunSQL(sql.text(app, name), RunSQL.noop)
