"""Topologies refused before they run: keys that would not meet, contracts broken."""

from zlib import crc32

import pytest

from bus.contracts import Catalog
from bus.kafka.partitioner import partition_for
from bus.streams.topology.pipeline import Pipeline, Route, Router, Topology
from bus.streams.wiring.check import topology_problems
from bus.streams.wiring.copartition import Placed, copartition_problems, keyed_topics

SOURCE, LOG = "keuangan.anggaran.state.v1", "santunan.anggaran.repartition.v1"
CHANGELOG = "santunan.anggaran.changelog.v1"
TYPE = "AnggaranDitetapkan"
KEYS = [f"k{n}".encode() for n in range(40)]


def _topology(*, broadcast=False, **changed):
    route = Route(SOURCE, frozenset({TYPE}), LOG, broadcast=broadcast)
    parts = {
        "handlers": {TYPE: print},
        "stores": {"anggaran": "AnggaranTersimpan"},
        "changelog": CHANGELOG,
        **changed,
    }
    pipeline = Pipeline("uji.satu", LOG, **parts)
    return Topology("uji", (Router("uji.masuk", (route,)),), (pipeline,))


def problems(samples, counts=None, **changed):
    named = {f"k3325.{ref}": found for ref, found in samples.items()}
    sizes = {f"k3325.{ref}": count for ref, count in (counts or {}).items()}
    return copartition_problems(_topology(**changed), "k3325", 4, sizes, named)


def placed(by, event_type=TYPE):
    return [Placed(key, by(key), event_type) for key in KEYS]


def test_records_placed_by_murmur2_and_ticks_are_right():
    ticks = [Placed(b"hari", n) for n in range(4)] + [Placed(b"waktu", 3)]
    good = placed(lambda key: partition_for(key, 4))
    assert problems({SOURCE: good, LOG: [*good, *ticks]}) == []
    assert problems({}) == []


@pytest.mark.parametrize("ref", [SOURCE, LOG])
def test_crc32_is_named_with_the_setting_that_changes_it(ref):
    (text,) = problems({ref: placed(lambda key: crc32(key) % 4)})
    assert text.startswith(f"k3325.{ref}: ")
    assert "CRC32" in text
    assert "`partitioner` to `murmur2_random`" in text
    assert "k1" not in text.replace("k3325", "")


def test_some_records_of_another_producer_are_enough():
    mixed = placed(lambda key: partition_for(key, 4))
    mixed[3] = Placed(KEYS[3], (mixed[3].partition + 1) % 4)
    (text,) = problems({LOG: mixed})
    assert text.startswith(f"k3325.{LOG}: 1 of 40 sampled records")


def test_a_source_is_judged_by_its_own_partition_count():
    good = placed(lambda key: partition_for(key, 7))
    assert problems({SOURCE: good}, {SOURCE: 7}) == []


def test_broadcast_records_stand_everywhere_on_purpose():
    everywhere = [Placed(key, n, TYPE) for key in KEYS[:5] for n in range(4)]
    assert problems({LOG: everywhere}, broadcast=True) == []
    assert len(problems({LOG: everywhere})) == 1


@pytest.mark.parametrize("ref", [LOG, CHANGELOG])
def test_a_log_with_another_partition_count_is_refused(ref):
    (text,) = problems({}, {ref: 6})
    assert text == (
        f"k3325.{ref}: has 6 partitions, the tenant file says 4: records of one key "
        "would not meet in uji.satu; set `partisi` back to 6, or move the records to "
        "new topics with 4"
    )


def test_what_is_sampled():
    assert keyed_topics(_topology(), "k3325") == (f"k3325.{SOURCE}", f"k3325.{LOG}")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, None),
        ({"handlers": {"SantunanDiajukan": print}}, "neither in `events` nor"),
        ({"stores": {"x": "KlaimTersimpan"}}, "neither in `events` nor in `carries`"),
        ({"changelog": ""}, "has stores and no changelog"),
        ({"changelog": "tidak.ada.changelog.v1"}, "is not in the catalogue"),
        ({"stores": {"a/b": "AnggaranTersimpan"}}, "store name 'a/b'"),
        ({"sinks": ("tidak.ada.fact.v1",)}, "is not in the catalogue"),
        ({"timers": "anggaran"}, "expected a store with the record TimerTersimpan"),
    ],
)
def test_a_topology_is_checked_against_its_contracts(changed, words):
    found = topology_problems(_topology(**changed), Catalog.load())
    if words is None:
        assert found == []
    else:
        assert any(words in text for text in found), found
