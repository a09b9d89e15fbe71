"""One topology that uses every operator; what the properties run on.

Stage 1 is keyed by person. Keys with `p` go through everything; keys with `q` may turn
out to be one (`alias`) and are only counted, which is the same in any order. Stage 2
is keyed by the cell of the map that the person lives in, each in one alone, so that
the order per key is that of stage 1.
"""

from collections.abc import Iterable
from dataclasses import replace

from bus.record import Event, Value
from bus.streams.topology.context import Context
from bus.streams.topology.operators.aggregate import Aggregate
from bus.streams.topology.operators.alias import Alias
from bus.streams.topology.operators.asof_join import AsOfJoin, Policy
from bus.streams.topology.operators.chain import chain, chain_moment, run
from bus.streams.topology.operators.cluster import Assigned, Cluster, Point
from bus.streams.topology.operators.deadline import Deadline
from bus.streams.topology.operators.dedupe import Dedupe
from bus.streams.topology.operators.filter import keep_if
from bus.streams.topology.operators.flat_map import flat_map
from bus.streams.topology.operators.interval_join import IntervalJoin
from bus.streams.topology.operators.lookup import Lookup
from bus.streams.topology.operators.map import map_event, map_value
from bus.streams.topology.operators.outer_join import Joined, OuterJoin, Side
from bus.streams.topology.operators.route import Rule, route
from bus.streams.topology.operators.send import rekey
from bus.streams.topology.operators.timer import Timers, on_time
from bus.streams.topology.operators.window import Window
from bus.streams.topology.pipeline import Pipeline, Route, Router, Topology
from tests.unit.operators.kontrak import (
    HASIL,
    LAIN,
    LOG,
    MASUK,
    SIMPANAN,
    SIMPANAN_LAIN,
    hasil,
)

MINUTE = 60_000
DAY = 1440 * MINUTE
TIMERS, LATER = Timers("timer"), Timers("timer")


def _add(total: Value, row: Value) -> Value:
    return {**total, "angka": total["angka"] + row["angka"]}


def _subtract(total: Value, row: Value) -> Value:
    return {**total, "angka": total["angka"] - row["angka"]}


def _take(ctx: Context, key: str) -> Value | None:
    found = ctx.get("orang", key)
    if found is not None:
        ctx.put("orang", key, None)
    return found


def _merge(ctx: Context, key: str, state: Value) -> None:
    ctx.put("orang", key, _add(ctx.get("orang", key) or {"isi": "", "angka": 0}, state))


DEDUPE = Dedupe("terlihat", DAY)
ALIAS = Alias(store="alias", topic=LOG, moved_type="Pindahan", take=_take, merge=_merge)
ASOF = AsOfJoin(
    policy=Policy.EMIT_THEN_CORRECT,
    table="tabel",
    waiting="tunggu",
    numbers="revisi",
    deadline=Deadline(TIMERS, "asof"),
    wait_ms=30 * MINUTE,
    keep_ms=DAY,
)
NEAR = IntervalJoin(
    left="kiri",
    right="kanan",
    deadline=Deadline(TIMERS, "dekat"),
    before_ms=2 * MINUTE,
    after_ms=5 * MINUTE,
    grace_ms=10 * MINUTE,
    outer=True,
)
WINDOW = Window(
    store="jendela",
    numbers="bingkai",
    deadline=Deadline(TIMERS, "tutup"),
    size_ms=20 * MINUTE,
    hop_ms=10 * MINUTE,
    keep_ms=DAY,
    start={"isi": "jendela", "angka": 0},
    add=_add,
)
TABLE = Lookup("rujukan")
SIDES = OuterJoin(
    {
        "ganjil": Side("ganjil", version=lambda v: v["angka"]),
        "genap": Side("genap", version=lambda v: v["angka"]),
    }
)
TOTAL = Aggregate(
    store="jumlah",
    rows="baris",
    numbers="nomor",
    start={"isi": "jumlah", "angka": 0},
    add=_add,
    subtract=_subtract,
)
CLUSTER = Cluster(
    store="kelompok",
    members="anggota",
    topic=LAIN,
    deadline=Deadline(LATER, "lupa"),
    radius_m=3,
    span_ms=60 * MINUTE,
    cell_m=5000,
    keep_ms=0,
)


def _tell(ctx: Context, key: str, text: str) -> None:
    ctx.emit(HASIL, "Hasil", key, {"isi": text, "angka": 0, "revisi": 0})


def _count(event: Event, ctx: Context) -> Iterable[Event]:
    _merge(ctx, event.key, event.value or {})
    yield event


def _listen(event: Event, ctx: Context) -> Iterable[Event]:
    """Absence: each record moves the moment at which a person counts as silent."""
    TIMERS.set(ctx, f"diam/{event.key}", event.time_ms + 45 * MINUTE)
    yield event


def _named(event: Event, ctx: Context) -> Iterable[Event]:
    found, value = TABLE.at(ctx, "kode", event.time_ms), event.value or {}
    name = "-" if found is None else found["isi"]
    yield replace(event, value={**value, "isi": f"{value['isi']}({name})"})


def point(event: Event) -> Point:
    """Where a person reports from: the middle of a cell of their own."""
    lat = -6_900_000 + 200_000 * int(event.key[1:]) + (event.value or {})["angka"]
    return Point(event.id, "JALAN", lat, 109_720_000, event.time_ms)


def _note(event: Event, ctx: Context) -> Iterable[Event]:
    run([event], (ASOF.left, hasil), ctx)
    run([event], (NEAR.left, hasil), ctx)
    run([event], (WINDOW.take, hasil), ctx)
    yield event


def _report(event: Event) -> Iterable[Point]:
    lat = int((event.value or {})["isi"].partition(" ")[0])
    yield Point(event.id, "JALAN", lat, 109_720_000, event.time_ms)


def _joined(item: Joined, ctx: Context) -> Iterable[Joined]:
    _tell(
        ctx, item.key, "/".join((r or {"isi": "-"})["isi"] for r in item.rows.values())
    )
    yield item


def _assigned(item: Assigned, ctx: Context) -> Iterable[Assigned]:
    _tell(ctx, "kelompok", f"{item.cluster}:{item.point.id}")
    yield item


def _in_cell(event: Event, ctx: Context) -> None:
    side = "ganjil" if (event.value or {})["angka"] % 2 else "genap"
    run([event], (SIDES.take(side), _joined), ctx)
    run([event], (TOTAL.take(lambda e: e.value["isi"].partition("(")[0]), hasil), ctx)
    run([event], (flat_map(_report), CLUSTER.take, _assigned), ctx)
    as_result = map_value(lambda v: {**v, "revisi": 0}, "Hasil")
    small = Rule("kecil", lambda e: e.value["angka"] < 10)
    run([event], (as_result, route(small, Rule("lain", bool, HASIL))), ctx)


PERSON = Pipeline(
    "uji.orang",
    LOG,
    {
        "Catatan": chain(
            ALIAS.follow,
            DEDUPE,
            _count,
            keep_if(lambda e: e.key.startswith("p")),
            _listen,
            _note,
            _named,
            map_value(lambda v: {**v, "isi": v["isi"].lower()}),
            map_event(
                lambda e: replace(
                    e, value={**e.value, "isi": f"{point(e).lat_e6} {e.value['isi']}"}
                )
            ),
            rekey(LAIN, lambda e: CLUSTER.cell_key(point(e))),
        ),
        "Lawan": chain(DEDUPE, NEAR.right, hasil),
        "Hasil": chain(ASOF.right(), hasil),
        "Rujukan": chain(TABLE.learn(lambda e: e.key)),
        "Pindahan": ALIAS.on_moved,
        "KunciDisatukan": ALIAS.on_link,
        "WaktuTiba": on_time(
            TIMERS,
            {
                "asof": chain_moment(ASOF.expired, hasil),
                "dekat": chain_moment(NEAR.expired, hasil),
                "tutup": chain_moment(WINDOW.ended, hasil),
                "diam": lambda ctx, key, now_ms: _tell(ctx, key, f"diam {now_ms}"),
            },
        ),
        "HariBerganti": lambda e, ctx: DEDUPE.forget(ctx, e.value["tanggal"] * DAY),
    },
    {
        "orang": "Tersimpan",
        "alias": "AliasTersimpan",
        "terlihat": "IdTerlihat",
        "tabel": "Hasil",
        "tunggu": "Catatan",
        "revisi": "NomorTersimpan",
        "kiri": "Catatan",
        "kanan": "Lawan",
        "jendela": "Tersimpan",
        "bingkai": "NomorTersimpan",
        "rujukan": "Rujukan",
        "timer": "TimerTersimpan",
    },
    SIMPANAN,
    (HASIL, LOG, LAIN),
    "timer",
)
CELL = Pipeline(
    "uji.petak",
    LAIN,
    {
        "Catatan": _in_cell,
        "KelompokDiumumkan": chain(CLUSTER.on_announced),
        "WaktuTiba": on_time(LATER, {"lupa": chain_moment(CLUSTER.expired)}),
    },
    {
        "ganjil": "Catatan",
        "genap": "Catatan",
        "jumlah": "Tersimpan",
        "baris": "Catatan",
        "nomor": "NomorTersimpan",
        "kelompok": "KelompokTersimpan",
        "anggota": "KelompokTersimpan",
        "timer": "TimerTersimpan",
    },
    SIMPANAN_LAIN,
    (HASIL, LAIN),
    "timer",
)
KEYED = frozenset({"Catatan", "Lawan", "Hasil", "KunciDisatukan"})
SEMUA = Topology(
    "uji",
    (
        Router(
            "uji.masuk",
            (
                Route(MASUK, KEYED, LOG),
                Route(MASUK, frozenset({"Rujukan"}), LOG, broadcast=True),
            ),
        ),
    ),
    (PERSON, CELL),
)
