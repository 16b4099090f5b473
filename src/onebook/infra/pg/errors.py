"""What can go wrong before the database answers.

OnebookError
└── DatabaseUnavailable
    ├── HomeNotEnterable
    ├── BinariesMissing
    ├── SystemUserMissing
    ├── SocketFolderUnsafe
    ├── ClusterNotMade
    ├── ServerNotStarted
    ├── ServerNotStopped
    ├── ServerVersionUnsupported
    ├── DatabaseUnreachable
    ├── LoginsMissing
    ├── DumpNotMade
    └── NameUnusable
"""

from onebook.kernel.errors import OnebookError


class DatabaseUnavailable(OnebookError):
    """The database cannot be used. Read the lines above this one and try again."""


class HomeNotEnterable(DatabaseUnavailable):
    """The home {home} cannot be used: the database's system user {user!r} may not enter {folder}.
    Allow it with `chmod o+x {folder}`, or set ONEBOOK_HOME to another folder, and start again.
    Nothing was changed."""


class DumpNotMade(DatabaseUnavailable):
    """No copy of the database could be kept in {file} before it is changed, so nothing was
    changed: {reason}. Make room there, or make the folder writable, and start again."""


class BinariesMissing(DatabaseUnavailable):
    """The programs of PostgreSQL {major} are not in {folder}. Remove the folder .venv and start
    ./onebook again to install them."""


class SystemUserMissing(DatabaseUnavailable):
    """The database never runs as root, and its system user {user!r} could not be made: {reason}.
    Make it with `useradd --system --shell /usr/sbin/nologin {user}` and start again."""


class SocketFolderUnsafe(DatabaseUnavailable):
    """The folder {folder} for the database's socket belongs to somebody else or is open to
    others. Remove it, or set ONEBOOK_HOME to a folder with a shorter path, and start again."""


class ClusterNotMade(DatabaseUnavailable):
    """The data folder {folder} could not be made: {reason} Free the cause and start again; what
    was half made is cleared then."""


class ServerNotStarted(DatabaseUnavailable):
    """The database did not start within {seconds} s. The last lines of {log} say why: {tail}"""


class ServerNotStopped(DatabaseUnavailable):
    """The database did not stop: {reason} Look into {log} and run `onebook stop` again."""


class ServerVersionUnsupported(DatabaseUnavailable):
    """The server that ONEBOOK_DATABASE_URL names is PostgreSQL {version}; 15 to 18 are supported.
    Point the variable at such a server and start again."""


class DatabaseUnreachable(DatabaseUnavailable):
    """The server that ONEBOOK_DATABASE_URL names cannot be reached: {reason} Correct the variable
    or the server's pg_hba.conf and start again."""


class LoginsMissing(DatabaseUnavailable):
    """The logins {logins} are not ready on the server, and its user {user!r} may not make them.
    Let its administrator run this in the database {database!r}, then start again:

    {sql}"""


class NameUnusable(DatabaseUnavailable):
    """{variable} is {value!r}. Use small letters, digits and underscores, a letter first, 40
    characters at most, and start again."""
