"""The account that MySQL or MariaDB took us for: the one a GRANT has to name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import create_engine, exc, pool, text

if TYPE_CHECKING:
    from sqlalchemy.engine import URL


def account_of(url: URL) -> str:
    """`'baca'@'10.0.%'` as a GRANT names it; empty where the server does not say.

    A refusal names the host we come from. The account may be another, and a GRANT to
    the wrong one fails, or makes a user without password.

    Args:
        url: of the database; it may be one that we must not enter.
    """
    engine = create_engine(url.set(database=""), poolclass=pool.NullPool)
    try:
        with engine.connect() as connection:
            told = str(connection.execute(text("SELECT CURRENT_USER()")).scalar_one())
    except (exc.SQLAlchemyError, OSError):
        return ""
    user, _, host = told.rpartition("@")
    return f"{_quoted(user)}@{_quoted(host)}"


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"
