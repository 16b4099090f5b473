"""The three logins of the database: owner (migrations), app (pages) and batch (jobs)."""

import os
import re
import secrets
from pathlib import Path
from typing import Literal

from psycopg.conninfo import conninfo_to_dict

from onebook.infra import home
from onebook.infra.pg.errors import NameUnusable
from onebook.infra.pg.layout import PORT, layout

Login = Literal["owner", "app", "batch"]
Params = dict[str, str]

SUPERUSER = "postgres"  # of the embedded server alone; makes roles and databases
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def role(login: Login) -> str:
    """The role's name in the database, e.g. ``onebook_app``; an outside owner is the URL's user."""
    outside = url_params()
    if outside is not None and login == "owner":
        return outside["user"]
    return f"{_name('ONEBOOK_ROLE_PREFIX', 'onebook')}_{login}"


def database() -> str:
    """The database's name: $ONEBOOK_DATABASE, else ``onebook``; the URL's own where it is set."""
    outside = url_params()
    return outside["dbname"] if outside is not None else _name("ONEBOOK_DATABASE", "onebook")


def dsn(login: Login, dbname: str | None = None) -> Params:
    """Parameters for ``psycopg.connect(**dsn("app"))``; the password stays in its 0600 file.

    Nothing is made and no server is started: call ``infra.pg.server.ensure`` before connecting.
    """
    outside = url_params()
    if outside is None:
        return _embedded(role(login), dbname)
    outside["dbname"] = dbname or outside["dbname"]
    if login == "owner":
        return outside
    outside.pop("password", None)
    return outside | {"user": role(login), "passfile": str(_passfile(role(login)))}


def superuser_dsn(dbname: str = "postgres") -> Params:
    """Parameters for the embedded server's superuser, who makes roles and databases."""
    return _embedded(SUPERUSER, dbname)


def django_database(login: Login) -> dict[str, object]:
    """One entry of Django's DATABASES for this login."""
    params = dsn(login)
    named = {
        "dbname": "NAME",
        "user": "USER",
        "password": "PASSWORD",
        "host": "HOST",
        "port": "PORT",
    }
    entry: dict[str, object] = {named[k]: v for k, v in params.items() if k in named}
    entry["OPTIONS"] = {k: v for k, v in params.items() if k not in named}
    return entry


def url_params() -> Params | None:
    """What $ONEBOOK_DATABASE_URL says of the owner's login, or None for the embedded server."""
    url = os.environ.get("ONEBOOK_DATABASE_URL")
    if not url:
        return None
    params = {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
    params.setdefault("user", "onebook_owner")
    params.setdefault("dbname", params["user"])
    return params


def password(name: str) -> str:
    """The role's password, made at the first call and kept as a 0600 file that libpq reads."""
    content = home.secret_file(_passfile(name).name, lambda: _passfile_line(name)).read_text()
    return content.strip().rsplit(":", 1)[1]


def _passfile(name: str) -> Path:
    return home.secret_path(f"{name}.pgpass")


def _passfile_line(name: str) -> str:
    # token_urlsafe has neither of the two characters (: and \) that libpq would need escaped
    return f"*:*:*:{name}:{secrets.token_urlsafe(32)}"


def _embedded(user: str, dbname: str | None) -> Params:
    return {
        "host": str(layout(home.locate()).sockets),
        "port": str(PORT),
        "dbname": dbname or database(),
        "user": user,
        "passfile": str(_passfile(user)),
    }


def _name(variable: str, default: str) -> str:
    value = os.environ.get(variable) or default
    if not _NAME.fullmatch(value):
        raise NameUnusable(variable=variable, value=value)
    return value
