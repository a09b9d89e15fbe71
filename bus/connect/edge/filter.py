"""Readings of chatty devices become changes of state before anything is sent.

A camera that says `online` every minute gives one row when it comes, one when it has
been silent for too long, and one when it is back. What is told depends on the rows and
their own times only, so the same rows give the same changes.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bus.connect.edge.device import Device, Kept, State
from bus.connect.edge.heard import HEARD, Heard
from bus.connect.edge.moment import milliseconds_of, moved
from bus.connect.rows.shape import plain
from bus.connect.source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bus.connect.files.edge_block import Edge
    from bus.connect.source import Row

EDGE = "@edge|"
"""Begins the references of devices in the source's memory."""


class EdgeFilter:
    """Takes rows, gives those that are changes; not safe for two threads.

    Args:
        edge: what counts.
    """

    def __init__(self, edge: Edge) -> None:
        self._edge = edge
        self._columns: tuple[str, ...] = ()
        self._key: list[int] = []
        self._state: list[int] = []
        self._time = 0
        self._same = edge.same
        self._zone = edge.tzinfo
        self._devices: dict[str, Device] = {}
        self._changed: dict[str, Device] = {}
        self._told: set[str] = set()
        self._bad: list[Row] = []
        self._base: int | None = None
        self._newest = 0
        self._heard = Heard(edge.silence_seconds * 1000)

    @property
    def newest_ms(self) -> int:
        """Time of the newest reading of all."""
        return self._newest

    def load(self, ref: str, data: bytes) -> None:
        """A device as remembered, or how far readings were read."""
        if ref == HEARD:
            self._heard.load(data)
            return
        state, row, last, coming = json.loads(data)
        begun = (tuple(coming[0]), coming[1], coming[2]) if coming else None
        self._devices[ref.removeprefix(EDGE)] = Device(tuple(state), row, last, begun)

    def go_on(self, now_ms: int, *, keeps: bool) -> None:
        """Silence counts on over the restart; for the first readings after it.

        Args:
            now_ms: the time.
            keeps: the source kept what devices said meanwhile; else the time of the
                restart does not count.
        """
        kept = self._heard.take_kept()
        if kept is None:
            return
        self._newest, self._base = kept.newest, kept.base
        gap = 0 if keeps else max(0, now_ms - kept.newest)
        for key, device in self._devices.items():
            device.heard = self._heard.heard_by(kept, key) + gap

    def name_columns(self, columns: tuple[str, ...]) -> None:
        """What the cells of the rows are called from now on."""
        if columns != self._columns:
            places = {name: at for at, name in enumerate(columns)}
            self._key = [places[name] for name in self._edge.key]
            self._state = [places[name] for name in self._edge.state]
            self._time = places[self._edge.time]
            self._columns = columns

    def take(self, rows: Sequence[Row], now_ms: int) -> list[Row]:
        """The rows that are changes.

        Args:
            rows: readings, in any order.
            now_ms: the time; a device's clock that is ahead of it does not count.
        """
        found: list[Row] = []
        for row in rows:
            when = self._when(row)
            if when is None:
                self._bad.append(row)
                continue
            when = min(when, now_ms)
            self._hear(when)
            key = "|".join([str(row[at]) for at in self._key])
            device = self._devices.get(key)
            if device is None:
                new = Device(self._said(row), self._kept(row), when)
                self._devices[key] = self._changed[key] = new
                found.append(row)
            elif when > device.last:
                self._silent(key, device, when, found)
                self._reading(key, device, row, when, found)
        return found

    def pass_time(self, now_ms: int) -> list[Row]:
        """Changes because nothing came: a state that has lasted, a silent device.

        Args:
            now_ms: nothing older than this is still on its way.
        """
        found: list[Row] = []
        if self._base is None:
            self._base = now_ms
        feed = self._edge.feed_seconds * 1000
        if feed and now_ms - max(self._newest, self._base) > feed:
            return found
        for key, device in self._devices.items():
            self._silent(key, device, now_ms, found)
            self._settle(key, device, now_ms, found)
        return found

    def unreadable(self) -> list[Unreadable]:
        """Readings taken without a usable time; each device is told of once."""
        found, rows = [], self._bad
        self._bad = []
        for row in rows:
            key = "|".join([str(row[at]) for at in self._key])
            if key not in self._told:
                self._told.add(key)
                why = (
                    f"Kolom {self._edge.time} bukan waktu; pembacaan alat ini "
                    "diabaikan. Perbaiki jam atau format di alat atau di `edge`."
                )
                cells = json.dumps(self._kept(row), ensure_ascii=False)
                found.append(Unreadable(key, "TANPA_WAKTU", why, cells.encode()))
        return found

    def take_changes(self) -> list[tuple[str, bytes]]:
        """Devices whose state or coming state is another since the last call."""
        found = []
        for key, device in self._changed.items():
            kept = [device.state, device.row, device.last, device.coming]
            data = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
            found.append((EDGE + key, data.encode()))
        self._changed.clear()
        talking = (
            (key, device)
            for key, device in self._devices.items()
            if not self._is_silent(device)
        )
        mark = self._heard.mark(self._newest, self._base or 0, talking)
        if mark is not None:
            found.append((HEARD, mark))
        return found

    def _when(self, row: Row) -> int | None:
        when = milliseconds_of(row[self._time], self._zone)
        return None if when is None else when - self._edge.shift_seconds * 1000

    def _hear(self, when: int) -> None:
        """Somebody was heard; after a long silence of all of them counting restarts."""
        feed = self._edge.feed_seconds * 1000
        if self._base is None or (feed and when - max(self._newest, self._base) > feed):
            self._base = when
        self._newest = max(self._newest, when)

    def _kept(self, row: Row) -> Kept:
        return dict(zip(self._columns, map(plain, row), strict=True))

    def _row(self, kept: Kept) -> Row:
        return tuple([kept.get(name) for name in self._columns])

    def _said(self, row: Row) -> State:
        words = [_word(row[at]) for at in self._state]
        return tuple([self._same.get(word, word) for word in words])

    def _reading(
        self, key: str, device: Device, row: Row, when: int, found: list[Row]
    ) -> None:
        state = self._said(row)
        self._settle(key, device, when, found)
        if self._heard.is_named(device, self._newest):
            self._changed[key] = device
        device.last = when
        if state == device.state:
            if device.coming is not None:
                device.coming = None
                self._changed[key] = device
        elif not self._edge.hold_seconds:
            device.state, device.row = state, self._kept(row)
            self._changed[key] = device
            found.append(row)
        elif device.coming is None or device.coming[0] != state:
            device.coming = (state, self._kept(row), when)
            self._changed[key] = device

    def _settle(self, key: str, device: Device, now: int, found: list[Row]) -> None:
        """A state that has lasted counts from its begin."""
        if device.coming is None:
            return
        state, row, begun = device.coming
        if now - begun >= self._edge.hold_seconds * 1000:
            device.state, device.row, device.coming = state, row, None
            self._changed[key] = device
            found.append(self._row(row))

    def _is_silent(self, device: Device) -> bool:
        row = {**device.row, **self._edge.silence}
        return self._said(self._row(row)) == device.state

    def _silent(self, key: str, device: Device, now: int, found: list[Row]) -> None:
        limit = self._edge.silence_seconds * 1000
        since = max(device.heard_by, self._base or 0)
        if not limit or now - since < limit:
            return
        self._settle(key, device, since + limit, found)
        if self._is_silent(device):
            return
        row = {**device.row, **self._edge.silence}
        state = self._said(self._row(row))
        name, shift = self._edge.time, self._edge.shift_seconds * 1000
        first = milliseconds_of(row[name], self._zone) or 0
        row[name] = moved(row[name], since + limit + shift - first)
        device.state, device.row, device.coming = state, row, None
        device.last = since + limit
        self._changed[key] = device
        found.append(self._row(row))


def _word(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()
