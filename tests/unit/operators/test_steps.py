"""Steps without state, and the chain that they stand in."""

from dataclasses import replace

import pytest

from bus.streams.topology.operators.chain import chain
from bus.streams.topology.operators.filter import keep_if
from bus.streams.topology.operators.flat_map import flat_map
from bus.streams.topology.operators.map import map_event, map_value
from bus.streams.topology.operators.route import Rule, route
from bus.streams.topology.operators.send import rekey, send
from bus.streams.topology.operators.store_key import below, joined, padded, split
from tests.unit.operators.kontrak import HASIL, LAIN, LOG, catatan, meja, terbit


def _as_result(value):
    return {**value, "revisi": 0}


def _words(event):
    for word in event.value["isi"].split():
        yield replace(event, value={**event.value, "isi": word})


def test_a_chain_reads_like_the_flow():
    driver = meja(
        {
            "Catatan": chain(
                keep_if(lambda e: e.value["angka"] > 0),
                flat_map(_words),
                map_event(lambda e: replace(e, key=e.value["isi"])),
                map_value(_as_result, "Hasil"),
                send(HASIL),
            )
        },
        {},
        partitions=1,
    )
    driver.pipe(LOG, catatan("a", "satu dua", 1), catatan("b", "tiga", 0))
    assert terbit(driver) == ["satu", "dua"]
    assert [e.key for e in driver.read(HASIL)] == ["satu", "dua"]
    assert len({e.id for e in driver.read(HASIL)}) == 2


def test_rekeyed_events_keep_time_and_operation_and_meet_in_one_partition():
    driver = meja({"Catatan": chain(rekey(LAIN, lambda e: e.value["isi"]))}, {})
    events = [
        replace(catatan(f"k{n}", "x", n, waktu=n + 1), operation="DIKOREKSI")
        for n in range(8)
    ]
    driver.pipe(LOG, *events)
    found = driver.read(LAIN)
    assert {e.key for e in found} == {"x"}
    assert {e.operation for e in found} == {"DIKOREKSI"}
    assert sorted(e.time_ms for e in found) == list(range(1, 9))
    assert len([p for p in range(4) if driver.logs[f"k3325.{LAIN}", p]]) == 1


def test_the_first_rule_that_fits_decides():
    table = route(
        Rule("besar", lambda e: e.value["angka"] > 9, HASIL),
        Rule("nol", lambda e: e.value["angka"] == 0),
        Rule("positif", lambda e: e.value["angka"] > 0, LAIN),
    )
    driver = meja(
        {"Catatan": chain(map_value(_as_result, "Hasil"), table)}, {}, partitions=1
    )
    driver.pipe(LOG, *(catatan("a", str(n), n) for n in (10, 0, 5, -1)))
    assert [e.value["isi"] for e in driver.read(HASIL)] == ["10"]
    assert [e.value["isi"] for e in driver.read(LAIN)] == ["5"]
    (letter,) = driver.logs["k3325.platform.deadletter.dlq.v1", 0]
    value = driver.serde.decode(letter.value)[1]
    assert value["code"] == "TANPA_RUTE"
    assert "besar, nol, positif" in value["message"]


def test_keys_of_parts_never_collide_and_sort_by_time():
    assert list(split(joined("a/b%", "c"))) == ["a/b%", "c"]
    first, last = below("a")
    assert first <= joined("a", padded(5)) < last
    assert not first <= joined("a/b", padded(5)) < last
    assert joined("a", padded(9)) < joined("a", padded(10))
    with pytest.raises(ValueError, match="does not sort"):
        padded(-1)
