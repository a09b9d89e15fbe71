"""What a database refuses for good: told to its owner, with the statement to run."""

import re
from collections.abc import Callable, Mapping
from typing import Literal

from sqlalchemy.engine import URL

Kind = Literal["login", "database", "table", "column", "missing", "no database", "log"]

_MYSQL: Mapping[object, Kind] = {
    1044: "database",
    1045: "login",
    1049: "no database",
    1054: "missing",
    1142: "table",
    1143: "column",
    1146: "missing",
    1227: "log",
    1698: "login",
}
_POSTGRESQL: Mapping[object, Kind] = {
    "28000": "login",
    "28P01": "login",
    "3D000": "no database",
    "42501": "table",
    "42703": "missing",
    "42P01": "missing",
}
_MSSQL: Mapping[object, Kind] = {
    207: "missing",
    208: "missing",
    229: "table",
    230: "table",
    4060: "no database",
    18456: "login",
}
_ORACLE: Mapping[object, Kind] = {
    904: "missing",
    942: "missing",
    1017: "login",
    1031: "table",
    12514: "no database",
}
_AT_THE_DOOR: tuple[tuple[str, Kind], ...] = (
    ("password authentication failed", "login"),
    ("no password supplied", "login"),
    ("no pg_hba.conf entry", "login"),
    (" does not exist", "no database"),
)
"""libpq tells no SQLSTATE for a connection that was refused."""

_MYSQL_USER = re.compile(r"'([^']*)'@'([^']*)'")
_MYSQL_TABLE = re.compile(r"table [`'\"]?(?:([^`'\"]+)[`'\"]?\.[`'\"]?)?([^`'\".]+)")
_MYSQL_COLUMN = re.compile(r"column [`'\"]?([^`'\"]+)")
_POSTGRESQL_OBJECT = re.compile(r"permission denied for (\w+) (\S+)")
_SHOWN = 200


def refusal(
    cause: BaseException | None, url: URL, account: Callable[[URL], str] | None = None
) -> str | None:
    """Why waiting does not help, and what to do; None if it may.

    Args:
        cause: the driver's exception.
        url: of the database; its password is not looked at.
        account: asks MySQL for the account that a GRANT has to name.
    """
    kind = _kind(cause, url.get_backend_name())
    if kind is None:
        return None
    text = said(cause)
    if kind == "login":
        return f"does not let us in: {text}; check user and password in source.url"
    if kind == "no database":
        return f"has no such database or user: {text}; check the name in source.url"
    if kind == "missing":
        return f"{text}; compare table, columns and query of the file with the database"
    is_mysql = url.get_backend_name() in {"mysql", "mariadb"}
    whom = account(url) if account is not None and is_mysql else ""
    if kind == "log":
        return f"{text}; {log_grant(url, whom)}"
    return f"{text}; its owner gives the right by: {_grant(kind, text, url, whom)}"


def log_grant(url: URL, whom: str = "") -> str:
    """What gives the right to read the binary log of MySQL or MariaDB.

    Args:
        url: of the database.
        whom: the account, where the server has told it.
    """
    account = whom or f"'{url.username}'@'%'"
    return (
        "its owner gives the right by: GRANT REPLICATION SLAVE, REPLICATION CLIENT ON "
        f"*.* TO {account};"
    )


def _kind(cause: BaseException | None, backend: str) -> Kind | None:
    args: tuple[object, ...] = getattr(cause, "args", ())
    if backend == "mssql":
        return _MSSQL.get(args[0] if args else None)
    if backend == "oracle":
        return _ORACLE.get(getattr(args[0], "code", None) if args else None)
    if args and isinstance(args[0], int):
        return _MYSQL.get(args[0])
    if state := getattr(cause, "sqlstate", None):
        return _POSTGRESQL.get(state)
    text = str(cause)
    if "FATAL" not in text and "fe_sendauth" not in text:
        return None
    return next((kind for words, kind in _AT_THE_DOOR if words in text), None)


def said(cause: BaseException | None) -> str:
    """A driver's message on one line, without the part of the query PostgreSQL adds."""
    args: tuple[object, ...] = getattr(cause, "args", ())
    told = args[1] if len(args) > 1 else cause
    words = told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)
    return " ".join(words.partition("\nLINE ")[0].split())[:_SHOWN]


def _grant(kind: Kind, text: str, url: URL, account: str) -> str:
    if url.get_backend_name() == "postgresql":
        return _postgresql_grant(text, url)
    if url.get_backend_name() in {"mssql", "oracle"}:
        return f"GRANT SELECT ON … TO {url.username};"
    user = _MYSQL_USER.search(text)
    whom = account or (user[0] if user else f"'{url.username}'@'%'")
    if kind == "database":
        return f"GRANT SELECT ON `{url.database}`.* TO {whom};"
    found = _MYSQL_TABLE.search(text)
    schema, table = found.groups() if found else (None, "*")
    place = f"`{schema or url.database}`." + (table if table == "*" else f"`{table}`")
    column = _MYSQL_COLUMN.search(text) if kind == "column" else None
    what = f"SELECT (`{column[1]}`)" if column else "SELECT"
    return f"GRANT {what} ON {place} TO {whom};"


def _postgresql_grant(text: str, url: URL) -> str:
    found = _POSTGRESQL_OBJECT.search(text)
    kind, name = found.groups() if found else ("table", "…")
    if kind == "schema":
        return f'GRANT USAGE ON SCHEMA {name} TO "{url.username}";'
    if kind == "database":
        return f'GRANT CONNECT ON DATABASE {name} TO "{url.username}";'
    return f'GRANT SELECT ON {name} TO "{url.username}";'
