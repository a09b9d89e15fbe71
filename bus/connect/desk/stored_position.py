"""Positions as sources keep them: told in words, and moved back."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bus.connect.desk.read_file import digest_of_read
from bus.errors import ConfigError
from bus.privacy.mask import mask_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo
    from pathlib import Path

INCREMENTAL, PASS, FILES, NOTHING = "incremental", "snapshot", "files", "nothing yet"
LOG, TOPIC, START = "change log", "topic", "start"
_KINDS = {"t": "time", "d": "date", "n": "number"}
_OWN = frozenset(
    {"since", "row", "skip", "key", "run", "log", "topic"}  # counted by us or by a log
    | {"done", "hash", "back", "list", "shape"}  # hashes of contents
)
"""Keys whose values come from no row of a source: nothing in them is personal."""

_CURSOR = frozenset({"high", "low"})
"""Keys with a value of the cursor column, which may be a time."""
_FIRST_MS, _LAST_MS = 1_000_000_000_000, 2_208_988_800_000
"""Times that a cursor in milliseconds may hold: 2001 to 2040."""


@dataclass(frozen=True, slots=True)
class StoredPosition:
    """A committed cursor, whatever technology it is of; told without personal numbers.

    Attributes:
        cursor: JSON text; None where nothing was read.
    """

    cursor: str | None

    @property
    def _keys(self) -> Mapping[str, Any]:
        found = json.loads(self.cursor) if self.cursor else {}
        return found if isinstance(found, dict) else {}

    @property
    def kind(self) -> str:
        """How the source reads, as far as its cursor shows."""
        keys = self._keys
        if "log" in keys:
            return LOG
        if "topic" in keys:
            return TOPIC
        if "high" in keys:
            return INCREMENTAL
        if "file" in keys:
            return FILES
        return PASS if keys else NOTHING

    def __str__(self) -> str:
        keys = self._keys
        if self.kind == INCREMENTAL:
            return f"incremental, read up to {_shown(keys.get('high'), is_cursor=True)}"
        if self.kind == FILES:
            under_way = keys.get("file")
            now = (
                f", in {mask_text(under_way['name'])} at row {under_way['row']}"
                if under_way
                else ""
            )
            return f"files, {len(keys.get('done', ()))} read{now}"
        if self.kind == LOG:
            place = ":".join(map(str, (keys["log"] or ["its end"])[:2]))
            under_way = ", the table is being read" if keys.get("reading") else ""
            return f"change log, read up to {place}{under_way}"
        if self.kind == TOPIC:
            places = (f"{part}:{offset}" for part, offset in keys["topic"].items())
            return f"topic, read up to {' '.join(places) or 'its beginning'}"
        if self.kind == PASS:
            after = keys.get("after")
            return f"by key, after {_shown(after)}" if after else "by key, at the start"
        return NOTHING

    @property
    def kept(self) -> str:
        """As it is kept, JSON; numbers that may be a person's are masked."""
        if self.cursor is None:
            return "no position"
        return json.dumps(_masked(json.loads(self.cursor)), ensure_ascii=False)

    def back_to(self, value: str, now_ms: int, zone: tzinfo = UTC) -> str:
        """The cursor that reads from this value of the cursor column on.

        Args:
            value: as a person writes it; of the kind of the present value, or `start`
                for a source that reads a change log.
            now_ms: time of the move; the overlap counts from it.
            zone: of times written without one, where the column's times have one.

        Raises:
            ConfigError: the source does not read by a cursor column, or the value is
                of another kind.
        """
        if self.kind == LOG and value == START:
            return json.dumps({"log": None})
        if self.kind == LOG:
            raise ConfigError(
                f"this source reads {self}: it goes back to `--to {START}` only, where "
                "the whole table is compared"
            )
        if self.kind != INCREMENTAL:
            raise ConfigError(
                f"this source reads {self}: it has no cursor column to go back by; "
                "use `opdbus connector resync`, or --file for files"
            )
        high = _like(self._keys["high"], value, zone)
        keys = {"high": high, "since": now_ms, "after": None, "low": None}
        return json.dumps(keys)

    @property
    def moving_back(self) -> str:
        """What moving to this cursor will do, for the person who asks for it."""
        if self.kind == LOG:
            return (
                "the whole table is read and compared with what was told of it; only "
                "what differs is told, deletions too"
            )
        return (
            "rows from there on are read again and told again with the event ids they "
            "had; rows before it are not touched"
        )

    def without_file(self, path: Path) -> str:
        """The cursor that reads this file again.

        Raises:
            ConfigError: no folder is read, or this content was never read; names files
                near it that were.
        """
        if self.kind != FILES:
            raise ConfigError(f"this source reads {self}, no files")
        keys = dict(self._keys)
        done = list(keys.get("done", ()))
        digest = digest_of_read(path, done)
        keys["done"] = [item for item in done if item != digest]
        return json.dumps(keys)


def _shown(value: Any, *, is_cursor: bool = False) -> str:
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    if isinstance(value, dict):
        value = next(iter(value.values()), "")
    shown = _masked(value, is_cursor=is_cursor)
    return "nothing" if shown is None else str(shown)


def _masked(value: Any, *, is_cursor: bool = False) -> Any:
    """Of whatever stands in a cursor, what may be shown."""
    if isinstance(value, dict):
        return {
            key: inside
            if key in _OWN
            else _masked(inside, is_cursor=is_cursor or key in _CURSOR)
            for key, inside in value.items()
        }
    if isinstance(value, list):
        return [_masked(item) for item in value]
    if value is None or (is_cursor and _counts_time(str(value))):
        return value
    shown = mask_text(str(value))
    return value if shown == str(value) else shown


def _counts_time(text: str) -> bool:
    """Whether a number is milliseconds, or `20260302080000`; a NIK has 16 digits."""
    if not re.fullmatch(r"\d{13,14}", text, re.ASCII):
        return False
    if len(text) == len("1772409600000"):
        return _FIRST_MS <= int(text) <= _LAST_MS
    try:
        return bool(datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC))
    except ValueError:
        return False


def _like(present: Any, text: str, zone: tzinfo) -> Any:
    """The text as a value of the present one's kind."""
    kind = next(iter(present)) if isinstance(present, dict) else "n"
    try:
        if kind in {"t", "d"}:
            moment = _zoned(datetime.fromisoformat(text), present[kind], zone)
            return {kind: (moment if kind == "t" else moment.date()).isoformat()}
        if isinstance(present, dict):
            return {kind: text}
        if isinstance(present, int):
            return int(text)
        if _is_moment(present):
            kind = "t"
            datetime.fromisoformat(text)
    except ValueError:
        like = _shown(present, is_cursor=True)
        raise ConfigError(
            f"{text!r} is no {_KINDS.get(kind, 'value')} like {like}"
        ) from None
    return text


def _zoned(moment: datetime, present: str, zone: tzinfo) -> datetime:
    """With a zone where the present value has one, and without where it has none."""
    has_zone = datetime.fromisoformat(present).tzinfo is not None
    if has_zone:
        return moment if moment.tzinfo else moment.replace(tzinfo=zone)
    if moment.tzinfo:
        raise ValueError(moment)
    return moment


def _is_moment(text: Any) -> bool:
    try:
        return bool(datetime.fromisoformat(str(text)))
    except ValueError:
        return False
