"""What the workers under test run: a count, timers, and one that hangs."""

import threading

from bus.contracts import Catalog
from bus.record import Event
from bus.streams.topology.context import Context
from bus.streams.topology.operators.timer import Timers, on_time
from bus.streams.topology.pipeline import Pipeline, Topology
from ops.benchmarks.streams.material import REPORT
from ops.benchmarks.streams.ticket import SCHEMAS
from ops.benchmarks.streams.topology import REPORTS, topology
from tests.unit.operators.kontrak import HASIL, LOG, SIMPANAN, katalog

COUNT, STUCK, CLOCK = "hitung", "macet", "jam"
TIMERS = Timers("timer")
MINUTE = 60_000


def topology_of(name: str) -> Topology:
    """By name; the name is part of the group."""
    if name == STUCK:
        return Topology(STUCK, (), (Pipeline(STUCK, REPORTS, {REPORT: _never}),))
    if name == CLOCK:
        return Topology(CLOCK, (), (_clock(),))
    return topology("count", name)


def catalog() -> Catalog:
    """The product's contracts, those of the benchmark and those made up for tests."""
    parts = (katalog(), Catalog.load(SCHEMAS))
    return Catalog(
        {contract.ref: contract for part in parts for contract in part.contracts},
        {name: event for part in parts for name, event in part.events.items()},
    )


def _clock() -> Pipeline:
    """A deadline per record, and how many days have begun."""
    return Pipeline(
        CLOCK,
        LOG,
        {
            "Catatan": _set,
            "HariBerganti": _day,
            "WaktuTiba": on_time(TIMERS, {"tenggat": _tell}),
        },
        {"timer": "TimerTersimpan", "hari": "Tersimpan"},
        SIMPANAN,
        (HASIL,),
        "timer",
    )


def _set(event: Event, ctx: Context) -> None:
    value = event.value or {}
    TIMERS.set(ctx, f"tenggat/{event.key}", event.time_ms + value["angka"] * MINUTE)


def _tell(ctx: Context, key: str, now_ms: int) -> None:
    ctx.emit(HASIL, "Hasil", key, {"isi": "lewat", "angka": now_ms, "revisi": 0})


def _day(event: Event, ctx: Context) -> None:
    day = str((event.value or {})["tanggal"])
    found = ctx.get("hari", day)
    count = found["angka"] + 1 if found else 1
    ctx.put("hari", day, {"isi": day, "angka": count})


def _never(_: Event, __: Context) -> None:
    threading.Event().wait()
