"""Whether changes can be captured from the database's log, for `connector check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bus.clock import SystemClock
from bus.connect.finding import BAD, GOOD, NOTE, Finding
from bus.connect.spec import Opening
from bus.errors import ConfigError
from connectors.sql.config import SqlConfig
from connectors.sql.opening import change_log_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_ABOUT = "change log"
_POLLED = frozenset({"incremental", "snapshot-diff"})


def capture_findings(config: SqlConfig, opening: Opening) -> Iterator[Finding]:
    """What stands in the way of mode cdc, or that it would be the better one.

    Raises:
        RetriableError, ConfigError: the database is not there, or refuses.
    """
    wanted = config.mode == "cdc"
    if not wanted and config.mode not in _POLLED:
        return
    change_log = change_log_of(config, opening)
    if change_log is None:
        if wanted:
            yield Finding(_ABOUT, BAD, "this database has none; use mode snapshot-diff")
        return
    try:
        obstacles = list(change_log.obstacles())
        if wanted:
            yield from (Finding(_ABOUT, BAD, each) for each in obstacles)
            yield from (Finding(_ABOUT, NOTE, each) for each in change_log.notes())
        if not obstacles:
            yield Finding(_ABOUT, GOOD, _granted(config))
        elif not wanted:
            told = f"mode {config.mode} stays right: {obstacles[0]}"
            yield Finding(_ABOUT, GOOD, f"{told} (for mode cdc)")
    finally:
        change_log.close()


def _granted(config: SqlConfig) -> str:
    if config.mode == "cdc":
        return "may be read: every change and deletion comes as it is committed"
    told = "may be read here: mode cdc tells every change and deletion within a second"
    if config.refill or config.scope:
        return f"{told}, but knows no `refill` and no `scope`"
    return f"{told}, and reads the table only once"


def captures(url: str, name: str, table: str, key: tuple[str, ...]) -> bool:
    """Whether the changes of a table can be captured with the rights there are now.

    Args:
        url: of the database.
        name: connector name, for messages.
        table: its name.
        key: columns that are unique together.

    Raises:
        RetriableError: the database is not there.
    """
    config = SqlConfig(url=url, table=table, mode="cdc", key=key)
    change_log = change_log_of(config, Opening(name, key, SystemClock()))
    if change_log is None:
        return False
    try:
        return not any(change_log.obstacles())
    except ConfigError:
        return False
    finally:
        change_log.close()
