"""Packed in bulk, rows give the same records as one by one."""

from collections import defaultdict
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.record.memory_records import MemoryRecords

from bus.connect.files.connector import Connector, load_connector
from bus.connect.rows.bulk import Bulk
from bus.connect.rows.engine import RowEngine
from bus.connect.rows.memory import Remembered, RowMemory, as_record
from bus.connect.rows.outcome import Made
from bus.connect.rows.packer import Packer
from bus.connect.rows.record_maker import RecordMaker
from bus.connect.source import Batch, Reading
from bus.contracts import topic_name
from bus.kafka.partitioner import partition_once
from bus.kafka.staging import Place, Staging
from bus.record import Event, Headers, headers_of
from bus.serde import Serde
from bus.testing.registry import MemoryRegistry
from ops.wiring import SOURCES
from tests.conformance.workshop import CATALOG, RULES, TENANT

FILES = [
    *sorted(Path("ops/examples").rglob("connectors/*.yaml")),
    *sorted(Path("ops/examples/opensid").glob("*.yaml")),
    Path("ops/benchmarks/connectors/postgresql.yaml"),
]
NOW = 1_795_233_600_123
PARTITIONS = {topic_name(TENANT.id, item.ref): 5 for item in CATALOG.contracts}
CELLS: tuple[Any, ...] = (
    *(None, "", "-", "0", 0, 1, 7, 2147483647, "3325014501589001", "ÖNDER 'AH, S.PD"),
    *("3325011204069001", 3325011204069001.0, "31-12-1968", "0000-00-00", "SITI"),
    *(date(1968, 12, 31), datetime(2026, 3, 2, 23, 40, 11, 5000), "Y"),  # noqa: DTZ001 - as drivers give it
    *(
        "T",
        "DSB. X",
        "33.25.01.2001",
        "01",
        b"latin \xe9",
        "<b>KRAJAN</b> &amp; A",
        "12 Agustus 2019",
    ),
    *("Rp 1.000.000,-", True, "\u200b3325014501589001 ", " 2 ", "\x07bel", "\ud83d"),
)
Told = tuple[bytes | None, bytes | None, tuple[tuple[str, bytes], ...]]


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def connector(request: pytest.FixtureRequest) -> Connector:
    return load_connector(request.param, SOURCES, CATALOG, RULES)


def rows_of(connector: Connector, count: int) -> list[tuple[Any, ...]]:
    """The test rows of the file, each with some cells made different."""
    columns, rng = connector.compiled.columns, Random(7)
    given = [test.baris for test in connector.definition.uji] or [
        {"id": 5, "kode_wilayah": "33.25.01.2001", "jenis_kelamin": "L", "status": "1"}
        | {"nik": "3325011512689001", "nama": "SITI", "no_kk": "3325011204069001"}
    ]
    rows = [tuple(row.get(name) for name in columns) for row in given]
    for _ in range(count):
        row = list(rng.choice(rows[: len(given)]))
        for _ in range(rng.randrange(3)):
            row[rng.randrange(len(row))] = rng.choice(CELLS)
        rows.append(tuple(row))
    return rows


def staging() -> Staging:
    return Staging(lambda: BatchBuilder(1 << 14, 0, is_transactional=1), 1 << 14)


def enveloped(made: Made, source: str) -> Headers:
    """The headers of an event, by the slow way."""
    time_ms = NOW if made.time_ms is None else made.time_ms
    level = CATALOG.event(made.type).classification
    event = Event(
        made.type, made.key, None, made.id, source, time_ms, made.operation, level
    )
    return headers_of(event)


def told(staged: Staging) -> dict[Place, list[Told]]:
    """What a consumer finds, by topic and partition."""
    found: dict[Place, list[Told]] = defaultdict(list)
    for place, batch in staged.batches:
        batch._set_producer_state(9, 1, 0)
        records = MemoryRecords(bytes(batch._build()))
        while records.has_next():
            one = records.next_batch()
            assert one is not None
            assert one.validate_crc()
            found[place] += [
                (record.key, record.value, tuple(sorted(record.headers)))
                for record in one
            ]
    return dict(found)


def test_the_records_are_the_same(connector: Connector) -> None:
    names = (TENANT.id, connector.name, f"/{TENANT.id}/{connector.definition.app}/x")
    maker = RecordMaker(names, Serde(CATALOG, MemoryRegistry()), CATALOG, PARTITIONS)
    batch = Batch(connector.compiled.columns, rows_of(connector, 150), "")
    reading = Reading(remembers_all=False)
    engine = RowEngine(connector, reading, RowMemory(), names[2], maker.encoder)
    single, packed = staging(), staging()
    expected = engine.work(batch)
    for made in expected.events:
        topic, key = topic_name(TENANT.id, made.contract), made.key.encode()
        number = partition_once(key, PARTITIONS[topic])
        single.append(topic, number, key, made.data, enveloped(made, names[2]))
    bulk = Bulk(connector, reading, RowMemory(), maker)
    assert bulk.takes(batch)
    outcome = bulk.work(batch, packed, NOW)
    assert expected.events
    assert expected.refused
    assert told(packed) == told(single)
    assert outcome.types == expected.types
    assert outcome.skipped == expected.skipped
    assert outcome.rows == expected.rows
    assert [_shown(item) for item in outcome.refused] == [
        _shown(item) for item in expected.refused
    ]


def _shown(item: Any) -> tuple[str, str, str, bytes]:
    return item.ref, item.error.code, item.error.message, item.payload


def test_what_must_be_remembered_is_not_taken(connector: Connector) -> None:
    names = (TENANT.id, connector.name, "/x")
    maker = RecordMaker(names, Serde(CATALOG, MemoryRegistry()), CATALOG, PARTITIONS)
    batch = Batch(connector.compiled.columns, rows_of(connector, 1), "")
    all_rows = Bulk(connector, Reading(remembers_all=True), RowMemory(), maker)
    assert not all_rows.takes(batch)
    passing = Bulk(connector, Reading(remembers_all=False), RowMemory(), maker)
    marked = Batch(batch.columns, batch.rows, "", marks=["2026"] * len(batch.rows))
    assert not passing.takes(marked)


def test_remembered_rows_and_tombstones() -> None:
    serde = Serde(CATALOG, MemoryRegistry())
    maker = RecordMaker((TENANT.id, "uji", "/x"), serde, CATALOG, PARTITIONS)
    packed, row = staging(), Remembered(bytes(24), "a" * 32, b"[1]")
    Packer(maker).memory([("1", row), ("2", None)], packed, NOW)
    topic = maker.topic_of("SourceRow")
    found = {}
    for (name, number), records in told(packed).items():
        for key, value, headers in records:
            assert key is not None
            assert (name, number) == (topic, partition_once(key, PARTITIONS[topic]))
            assert headers == (("content-type", b"application/avro"),)
            found[key] = value and serde.decode(value)
    assert found == {
        b"uji|1": ("SourceRow", as_record("uji", "1", row)),
        b"uji|2": None,
    }


@pytest.mark.parametrize("remembers", [True, False])
def test_a_reference_with_half_a_character_is_refused(remembers: bool) -> None:
    connector = load_connector(FILES[-1], SOURCES, CATALOG, RULES)
    names = (TENANT.id, connector.name, "/x")
    maker = RecordMaker(names, Serde(CATALOG, MemoryRegistry()), CATALOG, PARTITIONS)
    reading, memory = Reading(remembers_all=remembers), RowMemory()
    engine = RowEngine(connector, reading, memory, names[2], maker.encoder)
    good = rows_of(connector, 0)[0]
    at = connector.compiled.columns.index("id")
    broken = (*good[:at], "5\ud83d", *good[at + 1 :])
    batch = Batch(connector.compiled.columns, [good, broken], "")
    outcomes = [engine.work(batch)]
    if not remembers:
        bulk = Bulk(connector, reading, memory, maker)
        outcomes.append(bulk.work(batch, staging(), NOW))
    for outcome in outcomes:
        assert [item.error.code for item in outcome.refused] == ["REF_RUSAK"]
        assert maker.letters(outcome.refused, NOW)
        assert sum(outcome.types.values()) == 1
