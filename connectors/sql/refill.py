"""When an app has finished to wipe and refill its table (`domain.md` §2.2 f)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Position = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Settled:
    """Whether a pass may begin, and what to keep of the look at the mark.

    Attributes:
        begin: it may.
        position: keys to add to the position.
    """

    begin: bool
    position: Position = field(default_factory=dict)


def look(position: Position, mark: str | None, now_ms: int, quiet_ms: int) -> Settled:
    """Judge the mark before a pass.

    A pass begins when the mark is there, is not the one of the last whole pass, and
    has been the same for a while.

    Args:
        position: `read` mark of the last whole pass; `mark` seen `since` (ms) when.
        mark: what the table's app says now; None while it is refilling.
        now_ms: time of the look.
        quiet_ms: how long it must not change.
    """
    read = position.get("read")
    if mark is None or mark == read:
        return Settled(begin=False, position={"read": read})
    since = position.get("since") if mark == position.get("mark") else now_ms
    since = now_ms if since is None else since
    seen = {"read": read, "mark": mark, "since": since}
    return Settled(begin=now_ms - since >= quiet_ms, position=seen)


def after_pass(position: Position, mark: str | None) -> tuple[bool, Position]:
    """Whether a pass saw one state of the table, and the position after it.

    Args:
        position: as it was during the pass.
        mark: what the app says at its end.
    """
    if mark == position.get("mark"):
        return True, {"read": mark}
    return False, {"read": position.get("read")}
