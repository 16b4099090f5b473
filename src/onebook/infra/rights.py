"""What the application's and the batch login may do with each table, granted after migration.

A table with the `append_only` trigger may be read and added to; any other may be changed too.
The columns that the database alone fills (`recorded_at`, `recorded_on`) may be written by nobody.
"""

from django.apps import apps
from django.db import connections
from psycopg import sql

_FILLED_BY_DATABASE = ("recorded_at", "recorded_on")


def grant(alias: str, logins: list[str]) -> None:
    """Grant `logins` their rights on every table and sequence of the database behind `alias`."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only'"
        )
        append_only = {row[0] for row in cursor.fetchall()}
        to = sql.SQL(", ").join(map(sql.Identifier, logins))
        for model in apps.get_models(include_auto_created=True):
            columns = [field.column for field in model._meta.local_concrete_fields if field.column]
            for statement in _statements(model._meta.db_table, columns, append_only, to):
                cursor.execute(statement)
        cursor.execute(sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}").format(to))
        cursor.execute(sql.SQL("GRANT SELECT ON django_migrations TO {}").format(to))
        for view in _views(cursor):
            cursor.execute(sql.SQL("GRANT SELECT ON {} TO {}").format(sql.Identifier(view), to))


def _statements(
    table: str, columns: list[str], append_only: set[str], to: sql.Composed
) -> list[sql.Composed]:
    name = sql.Identifier(table)
    writable = sql.SQL(", ").join(
        sql.Identifier(column) for column in columns if column not in _FILLED_BY_DATABASE
    )
    statements = [
        sql.SQL("REVOKE ALL ON {} FROM {}").format(name, to),
        sql.SQL("GRANT SELECT, INSERT ({}) ON {} TO {}").format(writable, name, to),
    ]
    if table not in append_only:
        statements.append(sql.SQL("GRANT UPDATE, DELETE ON {} TO {}").format(name, to))
    return statements


def _views(cursor: object) -> list[str]:
    cursor.execute("SELECT viewname FROM pg_views WHERE schemaname = 'public'")  # type: ignore[attr-defined]
    return [row[0] for row in cursor.fetchall()]  # type: ignore[attr-defined]
