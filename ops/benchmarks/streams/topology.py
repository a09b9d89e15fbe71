"""The cases as topologies of the engine: what a user of the bus would write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bus.streams.topology.operators.asof_join import AsOfJoin, Policy
from bus.streams.topology.operators.chain import chain
from bus.streams.topology.pipeline import Pipeline, Topology
from ops.benchmarks.streams.material import PERSON, REPORT, RESULT, answer

if TYPE_CHECKING:
    from bus.record import Event
    from bus.streams.topology.context import Context
    from bus.streams.topology.operators.row import Pair

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
    join = AsOfJoin(policy=Policy.FINAL, table="warga")
    return Pipeline(
        name,
        JOINED,
        {REPORT: chain(join.left, _named), PERSON: chain(join.right(_since))},
        stores={"warga": PERSON},
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


def _since(event: Event) -> int:
    since: int = (event.value or {})["sejak"]
    return since


def _named(pair: Pair, ctx: Context) -> tuple[()]:
    name = pair.right.value["nama"] if pair.right else None
    ctx.emit(RESULTS, RESULT, pair.left.key, answer(pair.left.value, name=name))
    return ()
