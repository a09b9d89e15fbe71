"""Cluster by place and time: reports of one thing become one cluster.

The log is keyed by cell (`cell_key`), so near reports meet in one task. A report
joins the earliest cluster of its cell and category whose first report is within
`radius_m` and `span_ms`; else it begins one. A cluster near a border is announced to
the cells there, and reports of those join it. Where two tasks began clusters of the
same thing before they knew of each other, the later one is yielded as `Merged`:
the stage keyed by cluster follows with `alias`, whose rule picks the same one, because
cluster ids begin with their time.

Kept: clusters and reports by cell, until `keep_ms` after the span. A report repeated
while it is kept yields nothing. Within a cell, what a report joins depends on the
order of the log alone; across a border on which task was first, and ends merged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bus.streams.topology.operators.grid import cell_of, cells_near, distance_m
from bus.streams.topology.operators.store_key import below, joined, padded, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bus.record import Event, Value
    from bus.streams.topology.context import Context
    from bus.streams.topology.operators.deadline import Deadline

ANNOUNCED = "KelompokDiumumkan"


class Point(NamedTuple):
    """A report: its id, category, place in millionths of a degree, and time."""

    id: str
    category: str
    lat_e6: int
    lon_e6: int
    time_ms: int


class Assigned(NamedTuple):
    """A report belongs to a cluster; `is_first` if it began it."""

    point: Point
    cluster: str
    is_first: bool


class Merged(NamedTuple):
    """A cluster turned out to be another, earlier one."""

    cluster: str
    into: str


class Cluster:
    """Clusters of reports in cells.

    Args:
        store: store of clusters, record `KelompokTersimpan`.
        members: store of reports, record `KelompokTersimpan`.
        topic: the pipeline's own source, which is also one of its sinks; its contract
            carries `KelompokDiumumkan`.
        deadline: what wakes `expired`; its purpose belongs to this operator alone.
        radius_m: how far a report may be from the first one, metres.
        span_ms: how far its time may be from the first one's.
        cell_m: length of a cell's side, metres; several times the radius.
        keep_ms: how long after the span a report may come late.
    """

    def __init__(  # noqa: PLR0913 - stores and sizes
        self,
        *,
        store: str,
        members: str,
        topic: str,
        deadline: Deadline,
        radius_m: float,
        span_ms: int,
        cell_m: float,
        keep_ms: int,
    ) -> None:
        self._store, self._members, self._topic = store, members, topic
        self._deadline = deadline
        self._radius, self._span = radius_m, span_ms
        self._cell, self._kept = cell_m, 2 * span_ms + keep_ms

    def cell_key(self, point: Point) -> str:
        """The key under which a report goes to the log."""
        return _key(point.category, *cell_of(point.lat_e6, point.lon_e6, self._cell))

    def take(self, point: Point, ctx: Context) -> Iterable[Assigned]:
        """Step for reports; the event in work has the key `cell_key(point)`."""
        cell, name = ctx.event.key, cluster_id(point)
        if ctx.get(self._members, joined(cell, name)) is not None:
            return
        near = next(self._near(ctx, cell, point), None)
        cluster = name if near is None else near
        ctx.put(self._members, joined(cell, name), _place(point))
        self._deadline.by(ctx, cell, point.time_ms + self._kept)
        if near is None:
            ctx.put(self._store, joined(cell, name), _place(point))
            self._announce(ctx, cell, point)
        yield Assigned(point, cluster, near is None)

    def on_announced(self, event: Event, ctx: Context) -> Iterable[Merged]:
        """Step for `KelompokDiumumkan`: a cluster of a cell beside this one."""
        value, cell = event.value or {}, event.key
        name, time_ms = value["kelompok"], event.time_ms
        there = Point("", "", value["lat_e6"], value["lon_e6"], time_ms)
        for own in self._near(ctx, cell, there):
            began_here = ctx.get(self._members, joined(cell, own)) is not None
            if began_here and name < own:
                yield Merged(own, name)
        ctx.put(self._store, joined(cell, name), _place(there))
        self._deadline.by(ctx, cell, time_ms + self._kept)

    def expired(self, ctx: Context, cell: str, now_ms: int) -> Iterable[Merged]:
        """When the deadline's timer is due: forget; yields nothing."""
        limit = now_ms - self._kept
        for store in (self._store, self._members):
            for place, _ in ctx.scan(store, *below(cell)):
                time_ms = _time(place)
                if time_ms > limit:
                    self._deadline.by(ctx, cell, time_ms + self._kept)
                    break
                ctx.put(store, place, None)
        return ()

    def _near(self, ctx: Context, cell: str, point: Point) -> Iterator[str]:
        """Clusters near a place and time, earliest first."""
        first = joined(cell, padded(max(0, point.time_ms - self._span)))
        last = joined(cell, padded(point.time_ms + self._span + 1))
        for place, at in ctx.scan(self._store, first, last):
            far = distance_m(point.lat_e6, point.lon_e6, at["lat_e6"], at["lon_e6"])
            if far <= self._radius:
                yield _name(place)

    def _announce(self, ctx: Context, cell: str, point: Point) -> None:
        near = cells_near(point.lat_e6, point.lon_e6, self._radius, self._cell)
        for row, column in near:
            key = _key(point.category, row, column)
            if key != cell:
                ctx.emit(
                    self._topic,
                    ANNOUNCED,
                    key,
                    {"kelompok": cluster_id(point), **_place(point)},
                    time_ms=point.time_ms,
                )


def cluster_id(point: Point) -> str:
    """The id of a cluster that this report begins; earlier ones sort before."""
    return f"{padded(point.time_ms)}-{point.id}"


def _key(category: str, row: int, column: int) -> str:
    return f"{category}|{row}|{column}"


def _place(point: Point) -> Value:
    return {"lat_e6": point.lat_e6, "lon_e6": point.lon_e6}


def _name(place: str) -> str:
    _, name = split(place)
    return name


def _time(place: str) -> int:
    return int(_name(place).partition("-")[0])
