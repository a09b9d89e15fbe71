"""Outer join of versioned rows from any number of sides, latest version per stage.

Kept: per side, key and stage the latest row. A row with an older version than the one
kept is late and changes nothing; the same row again is a duplicate and changes
nothing; another row with the same version is a correction and replaces it. Each
change yields all sides as they stand now, whichever of them are there. A row that was
taken back stays known (`is_gone`), so that an older version cannot revive it.
Forgetting is the flow's decision (`forget`), since a missing row is a statement.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from bus.streams.topology.operators.store_key import below, joined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from bus.record import Event, Value
    from bus.streams.topology.context import Context
    from bus.streams.topology.operators.chain import Step


def _no_stage(value: Value) -> int:
    del value
    return 0


def _never(value: Value) -> bool:
    del value
    return False


@dataclass(frozen=True, slots=True)
class Side:
    """One side of the join.

    Attributes:
        store: name of the store; its record is that of the side's rows.
        version: the version of a row; a number that grows.
        stage: rank of the row's stage, 0 to 99; rows of the highest stage count.
        is_gone: whether the row says that it was taken back.
    """

    store: str
    version: Callable[[Value], int]
    stage: Callable[[Value], int] = _no_stage
    is_gone: Callable[[Value], bool] = _never


class Joined(NamedTuple):
    """All sides of one key after a change.

    Attributes:
        key: what the rows are about.
        rows: by side, the row of the highest stage that is not gone, or None.
        changed: the side that changed.
        before: that side's row before the change, or None.
    """

    key: str
    rows: Mapping[str, Value | None]
    changed: str
    before: Value | None


class OuterJoin:
    """Rows of several sides under one key.

    Args:
        sides: by name.
    """

    def __init__(self, sides: Mapping[str, Side]) -> None:
        self.sides = sides

    def take(self, side: str, key_of: Callable[[Event], str] | None = None) -> Step:
        """A step for the events of one side; a change goes on as `Joined`.

        Args:
            side: name of the side.
            key_of: the join key; by default the event's key.
        """

        def step(event: Event, ctx: Context) -> Iterable[Joined]:
            key = event.key if key_of is None else key_of(event)
            found = self.put(ctx, side, key, event.value or {})
            if found is not None:
                yield found

        return step

    def put(self, ctx: Context, side: str, key: str, value: Value) -> Joined | None:
        """Take a row over; None if it changes nothing (late or repeated)."""
        rule = self.sides[side]
        place = joined(key, f"{rule.stage(value):02d}")
        kept = ctx.get(rule.store, place)
        if kept is not None and (
            kept == value or rule.version(kept) > rule.version(value)
        ):
            return None
        before = self.row(ctx, side, key)
        ctx.put(rule.store, place, value)
        return Joined(key, self.rows(ctx, key), side, before)

    def rows(self, ctx: Context, key: str) -> dict[str, Value | None]:
        """All sides of a key."""
        return {side: self.row(ctx, side, key) for side in self.sides}

    def row(self, ctx: Context, side: str, key: str) -> Value | None:
        """The row of the highest stage that is not gone, or None."""
        rule, found = self.sides[side], None
        for value in self.stages(ctx, side, key).values():
            if not rule.is_gone(value):
                found = value
        return found

    def stages(self, ctx: Context, side: str, key: str) -> dict[int, Value]:
        """All stages of a side, lowest first, those taken back included."""
        found = ctx.scan(self.sides[side].store, *below(key))
        return {int(place.rpartition("/")[2]): value for place, value in found}

    def forget(self, ctx: Context, key: str) -> None:
        """Forget all rows of a key; an old version that comes later counts as new."""
        for side, rule in self.sides.items():
            for stage in self.stages(ctx, side, key):
                ctx.put(rule.store, joined(key, f"{stage:02d}"), None)
