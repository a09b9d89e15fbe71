"""Properties: batches, restarts, aborts and the order of tasks change nothing."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bus.record import Event
from bus.streams.topology.operators.grid import cells_near
from bus.streams.wiring.check import topology_problems
from bus.testing.schedule import (
    Schedule,
    Shaken,
    Straight,
    interleaved,
    out_of_order,
    repeated,
)
from bus.testing.topology_driver import TopologyDriver
from tests.unit.operators.kontrak import (
    HASIL,
    MASUK,
    TENANT,
    catatan,
    isi,
    katalog,
    keadaan,
    serde,
)
from tests.unit.operators.semua import MINUTE, SEMUA, point

KEYS = ("p1", "p2", "p3", "q1", "q2", "q3")
Streams = list[list[Event]]

row = st.tuples(
    st.sampled_from(("Catatan", "Catatan", "Lawan", "Hasil")),
    st.integers(0, 60),
    st.integers(0, 40),
)
rows = st.fixed_dictionaries({key: st.lists(row, max_size=5) for key in KEYS})
seeds = st.integers(0, 2**32)


def _event(key: str, number: int, kind: str, angka: int, waktu: int) -> Event:
    if key.startswith("q"):
        kind = "Catatan"
    event = catatan(key, f"{'XY'[number % 2]}{angka % 3}", angka, waktu, kind)
    if kind == "Hasil":
        return replace(event, value={**event.value, "revisi": 0})
    return event


def _streams(found: dict, now: int, seed: int) -> Streams:
    """By key: events out of order and repeated; two keys turn out to be `q1`."""
    streams = []
    for number, (key, items) in enumerate(found.items()):
        events = [
            _event(key, n, kind, angka, now + minutes * MINUTE)
            for n, (kind, angka, minutes) in enumerate(items)
        ]
        events = out_of_order(repeated(events, seed + number), seed + number)
        if key in ("q2", "q3"):
            link = catatan(key, jenis="KunciDisatukan")
            events.insert(len(events) // 2, replace(link, value={"ke": "q1"}))
        streams.append(events)
    return streams


def _run(streams: Streams, schedule: Schedule, seed: int | None) -> TopologyDriver:
    """The same phases of time for all; within one, arrival by seed or by key."""
    driver = TopologyDriver(
        SEMUA, katalog(), TENANT, partitions=3, serde=serde(), schedule=schedule
    )
    now = driver.clock.now_ms()
    table = [catatan("kode", f"t{n}", n, now + n * MINUTE, "Rujukan") for n in (0, 20)]
    driver.pipe(MASUK, *table)
    halves = [[s[: len(s) // 2] for s in streams], [s[len(s) // 2 :] for s in streams]]
    for number, half in enumerate(halves):
        events = [event for stream in half for event in stream]
        if seed is not None:
            events = interleaved(half, seed + number)
        driver.pipe(MASUK, *events)
        driver.advance(15 * MINUTE)
    driver.jump(driver.clock.now_ms() + 50 * MINUTE)
    driver.advance(4 * 1440 * MINUTE)
    return driver


def test_the_topology_of_all_operators_is_well_made() -> None:
    assert topology_problems(SEMUA, katalog()) == []
    for key in KEYS[:3]:
        place = point(catatan(key, angka=30))
        assert len(cells_near(place.lat_e6, place.lon_e6, 3, 5000)) == 1


@settings(max_examples=25, deadline=None, derandomize=True, database=None)
@given(rows, seeds)
def test_batches_restarts_and_the_order_of_tasks_change_nothing(
    found: dict, seed: int
) -> None:
    now = 1_772_409_600_000
    streams = _streams(found, now, seed)
    straight = _run(streams, Straight(), None)
    shaken = _run(streams, Shaken(seed), seed)
    assert isi(shaken) == isi(straight)
    assert keadaan(shaken) == keadaan(straight)
    assert not [place for place in shaken.logs if "deadletter" in place[0]]


def test_the_property_is_about_something() -> None:
    """The fixed example reaches every operator."""
    found = {
        key: [("Catatan", 7, 1), ("Lawan", 1, 3), ("Hasil", 4, 0), ("Catatan", 60, 30)]
        for key in KEYS
    }
    driver = _run(_streams(found, 1_772_409_600_000, 1), Straight(), None)
    texts = [e.value["isi"] for e in driver.read(HASIL)]
    revised = [e for e in driver.read(HASIL) if e.operation == "DIKOREKSI"]
    assert revised
    for word in ("diam", "jendela", "jumlah", "(t0)", "(t20)", "X1:Y1", ":-"):
        assert any(word in text for text in texts), (word, texts)
    alias = driver.state("uji.orang", "alias", "q3")
    assert alias is not None
    assert driver.state("uji.orang", "orang", "q3") is None
    assert driver.state("uji.orang", "orang", "q1")["angka"] > 0
    for store in ("tunggu", "kiri", "kanan", "kelompok", "jendela", "bingkai"):
        for partition in range(driver.partitions):
            for name in ("uji.orang", "uji.petak"):
                kept = driver.state_bytes(name, partition)
                assert not [k for k in kept if k.startswith(f"{store}/".encode())]
