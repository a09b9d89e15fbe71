"""Echo guard: what a receiver already knows is not delivered to it again.

Two apps that both send and receive would otherwise correct each other for ever
(`domain.md` §2.4). An event is an echo for a receiver when

- it came from that very app (`ce_source`), or
- the receiver's form of it, hashed, is what was last delivered for the same key.

*Last* is per key and topic, over all event types: a claim that went from verified to
rejected and back to verified is news, although the first and third form are equal.
"""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import ExitStack
from hashlib import blake2b
from pathlib import Path
from typing import Any

from bus.errors import StateError

Spot = tuple[str, str]
"""Topic and record key."""

_TABLE = (
    "CREATE TABLE IF NOT EXISTS last(topic TEXT, key TEXT, form BLOB,"
    " event_id TEXT, PRIMARY KEY(topic, key)) WITHOUT ROWID"
)


def source_app(source: str) -> str:
    """The app in a CloudEvents source: `/k3325/esakti/tb_santunan` → `esakti`."""
    parts = source.split("/")
    return parts[2] if len(parts) > 2 else ""  # noqa: PLR2004 - '', tenant, app


def form_hash(kind: str, fields: Mapping[str, Any]) -> bytes:
    """Hash of an event's form at the receiver; field order does not matter."""
    text = json.dumps([kind, fields], sort_keys=True, ensure_ascii=False)
    return blake2b(text.encode(), digest_size=16).digest()


class EchoMemory:
    """Hash of what was last delivered, by topic and key, in a file of its own.

    Losing the file costs no event: at worst one that changes nothing is delivered
    again, and its id makes the receiver ignore a true double.

    Args:
        path: SQLite file, made with its folder; `:memory:` for tests.
    """

    def __init__(self, path: Path | str) -> None:
        try:
            if isinstance(path, Path):
                path.parent.mkdir(parents=True, exist_ok=True)
            with ExitStack() as failed:
                self._file = sqlite3.connect(path, check_same_thread=False)
                failed.callback(self._file.close)
                self._file.execute("PRAGMA journal_mode=WAL")
                self._file.execute("PRAGMA synchronous=NORMAL")
                self._file.execute(_TABLE)
                failed.pop_all()
        except (OSError, sqlite3.Error) as error:
            raise StateError(
                f"{path}: {error}; free disk space or fix access"
            ) from None
        self._path = path

    def last(self, spot: Spot) -> tuple[bytes, str] | None:
        """Hash and event id last delivered there."""
        found: tuple[bytes, str] | None = self._file.execute(
            "SELECT form, event_id FROM last WHERE topic=? AND key=?", spot
        ).fetchone()
        return found

    def save(self, news: Mapping[Spot, tuple[bytes, str]]) -> None:
        """Remember; call it after the receiver has the events.

        Raises:
            StateError: the disk is full or the file is damaged.
        """
        rows = [(*spot, form, event_id) for spot, (form, event_id) in news.items()]
        try:
            with self._file:
                self._file.executemany("REPLACE INTO last VALUES(?,?,?,?)", rows)
        except sqlite3.Error as error:
            raise StateError(f"{self._path}: {error}; free disk space") from None

    def close(self) -> None:
        """Close the file."""
        self._file.close()
