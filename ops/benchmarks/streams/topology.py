"""The cases as topologies of the engine: what a user of the bus would write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bus.streams.topology.pipeline import Pipeline, Topology
from ops.benchmarks.streams.material import PERSON, REPORT, RESULT, answer

if TYPE_CHECKING:
    from bus.record import Event
    from bus.streams.topology.context import Context

REPORTS, RESULTS = "ukur.laporan.fact.v1", "ukur.hasil.fact.v1"
PEOPLE, JOINED = "ukur.warga.state.v1", "ukur.gabung.repartition.v1"
COUNTS, KNOWN = "ukur.hitungan.changelog.v1", "ukur.gabung.changelog.v1"
CHANGELOGS = {"map": "", "count": COUNTS, "join": KNOWN}
SOURCES = {"map": REPORTS, "count": REPORTS, "join": JOINED}


def topology(case: str, name: str) -> Topology:
    """One case.

    Args:
        case: `map`, `count` or `join`.
        name: of this run; new groups and transactional ids follow from it.
    """
    return Topology(name, (), (_PIPELINES[case](name),))


def _map(name: str) -> Pipeline:
    return Pipeline(name, REPORTS, {REPORT: _answer}, sinks=(RESULTS,))


def _count(name: str) -> Pipeline:
    return Pipeline(
        name,
        REPORTS,
        {REPORT: _number},
        stores={"hitungan": "HitunganTersimpan"},
        changelog=COUNTS,
        sinks=(RESULTS,),
    )


def _join(name: str) -> Pipeline:
    return Pipeline(
        name,
        JOINED,
        {REPORT: _look_up, PERSON: _keep},
        stores={"warga": "WargaTersimpan"},
        changelog=KNOWN,
        sinks=(RESULTS,),
    )


_PIPELINES = {"map": _map, "count": _count, "join": _join}


def _answer(event: Event, ctx: Context) -> None:
    ctx.emit(RESULTS, RESULT, event.key, answer(event.value or {}))


def _number(event: Event, ctx: Context) -> None:
    found = ctx.get("hitungan", event.key)
    count = found["jumlah"] + 1 if found else 1
    ctx.put("hitungan", event.key, {"jumlah": count})
    ctx.emit(RESULTS, RESULT, event.key, answer(event.value or {}, count))


def _keep(event: Event, ctx: Context) -> None:
    value = event.value or {}
    found = ctx.get("warga", event.key)
    version = {part: value[part] for part in ("sejak", "nama", "kode_wilayah")}
    versions = (
        [v for v in found["versi"] if v["sejak"] != version["sejak"]] if found else []
    )
    versions.append(version)
    versions.sort(key=lambda v: v["sejak"])
    ctx.put("warga", event.key, {"versi": versions})


def _look_up(event: Event, ctx: Context) -> None:
    found = ctx.get("warga", event.key)
    name = None
    for version in reversed(found["versi"] if found else ()):
        if version["sejak"] <= event.time_ms:
            name = version["nama"]
            break
    ctx.emit(RESULTS, RESULT, event.key, answer(event.value or {}, name=name))
