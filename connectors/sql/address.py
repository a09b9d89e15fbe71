"""The address of a database, with the driver that is spoken to it."""

from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import exc
from sqlalchemy.engine import URL, make_url

from bus.errors import ConfigError

_NAMES = {"postgres": "postgresql", "mariadb": "mysql", "sqlserver": "mssql"}
"""What people write for a kind of database."""
_DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "mssql": "mssql+pymssql",
    "oracle": "oracle+oracledb",
}
KINDS = ("mysql", "mariadb", "postgresql", "sqlite", "mssql", "oracle")
_HABIT = (
    "mysql://user:password@host:port/database; in a password write %40 for @, %3A "
    "for :, %2F for /, %25 for %"
)


def address(text: str, name: str) -> URL:
    """The URL with a driver; SQLite opened read only.

    Args:
        text: as in the connector file, `mysql://user:password@host/database`.
        name: connector name, for messages; they never repeat the text.

    Raises:
        ConfigError: it is no URL of a database that can be read.
    """
    try:
        url = make_url(text)
    except (exc.ArgumentError, ValueError):
        raise _no_address(name) from None
    if any("@" in (part or "") for part in (url.host, url.database)):
        raise _no_address(name)  # a piece of the password is taken for the host
    kind, plus, driver = url.drivername.partition("+")
    kind = _NAMES.get(kind, kind)
    if kind not in KINDS:
        raise ConfigError(
            f"{name}: {kind} is no database that can be read; valid: {', '.join(KINDS)}"
        )
    if plus:
        return url.set(drivername=f"{kind}+{driver}")
    return _with_driver(url, kind)


def kind_of(text: str) -> str:
    """`mysql` for MariaDB too, `postgresql`, `sqlite`, `mssql` or `oracle`."""
    word = text.partition(":")[0].partition("+")[0]
    return _NAMES.get(word, word)


def place_of(url: URL) -> str:
    """Where it is, without user and password."""
    port = f":{url.port}" if url.port else ""
    return f"{url.get_backend_name()}://{url.host or ''}{port}/{url.database or ''}"


def _with_driver(url: URL, kind: str) -> URL:
    if kind == "mysql":
        driver = "mysqldb" if find_spec("MySQLdb") else "pymysql"
        query = {"charset": "utf8mb4", **url.query}
        return url.set(drivername=f"mysql+{driver}", query=query)
    if kind == "sqlite" and url.database and not url.database.startswith("file:"):
        path = Path(url.database).resolve()
        return url.set(
            database=f"file:{path}", query={**url.query, "mode": "ro", "uri": "true"}
        )
    return url.set(drivername=_DRIVERS.get(kind, kind))


def _no_address(name: str) -> ConfigError:
    return ConfigError(f"{name}: source.url is not a database URL; write {_HABIT}")
