"""Debezium topics on a real broker: snapshots, bad records, Avro, lost offsets."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

from bus.errors import FatalError
from bus.record import DIBATALKAN, DIBUAT, DIKOREKSI
from tests.conformance.debezium import DebeziumTopic, envelope, key_of
from tests.conformance.legacies import SNAPSHOT
from tests.conformance.workshop import PEOPLE, Run, connector_from, person
from tests.integration.connect.plant import Plant

pytestmark = pytest.mark.kafka

TEXTS = ("nik", "nama", "no_kk", "desa", "rt", "status")
VALUE = {
    "type": "record",
    "name": "Value",
    "fields": [
        {"name": "id", "type": "int"},
        *({"name": name, "type": ["null", "string"]} for name in TEXTS),
    ],
}
ENVELOPE = {
    "type": "record",
    "name": "Envelope",
    "namespace": "dinsos.uji.warga",
    "fields": [
        {"name": "before", "type": ["null", VALUE], "default": None},
        {"name": "after", "type": ["null", "Value"], "default": None},
        {"name": "op", "type": "string"},
    ],
}


def opened(topic: DebeziumTopic, folder: Path, more: str = "") -> Run:
    source = (
        f"{{bootstrap: '{topic.bootstrap}', topic: {topic.name}, chunk_rows: 3,"
        f" poll_seconds: 0.05{more}}}"
    )
    text = SNAPSHOT.format(kind="debezium", source=source) + PEOPLE
    return Run(connector_from(folder, text))


@pytest.fixture
def topic(broker: str) -> DebeziumTopic:
    return DebeziumTopic(broker)


@pytest.fixture
def run(topic: DebeziumTopic, tmp_path: Path) -> Iterator[Run]:
    found = opened(topic, tmp_path)
    yield found
    found.close()


def snapshot(topic: DebeziumTopic, *numbers: int) -> None:
    """A whole snapshot with its markers."""
    marks = ["true"] * len(numbers)
    marks[0], marks[-1] = "first", "last"
    rows = [person(number) for number in numbers]
    topic.write(
        *(
            (key_of(row), envelope("r", None, row, mark))
            for row, mark in zip(rows, marks, strict=True)
        )
    )


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_a_new_snapshot_finds_rows_that_are_gone(
    run: Run, topic: DebeziumTopic, steps: int
) -> None:
    snapshot(topic, *range(9))
    assert len(run.catch_up()) == 9
    snapshot(topic, 0, 1, 2, 3, 4, 6, 7)
    for _ in range(steps):
        run.step()
    run.crash()
    run.catch_up()
    gone = [made.key for made in run.events if made.operation == DIBATALKAN]
    assert gone == [run.events[5].key, run.events[8].key]
    assert run.operations() == {DIBUAT: 9, DIBATALKAN: 2}


def test_truncate_withdraws_all(run: Run, topic: DebeziumTopic) -> None:
    snapshot(topic, 1, 2)
    topic.write(
        (None, envelope("t", None, None)),
        *[(key_of(person(3)), envelope("c", None, person(3)))],
    )
    run.catch_up()
    assert run.operations() == {DIBUAT: 3, DIBATALKAN: 2}
    assert run.events[-1].operation == DIBUAT


def test_bad_records_are_told_and_stop_nobody(run: Run, topic: DebeziumTopic) -> None:
    row = person(1)
    topic.write(
        (b"x", b"no json"),
        (key_of(row), envelope("z", None, row)),
        (key_of(row), json.dumps(row).encode()),
        (key_of(row), envelope("c", None, row)),
    )
    assert len(run.catch_up()) == 1
    assert run.codes == ["ISI_RUSAK", "OPERASI_TAK_DIKENAL", "BUKAN_DEBEZIUM"]
    assert {f"{topic.name}-0@{number}" for number in range(3)} == {
        item.ref.rpartition("|")[2] for item in run.refused
    }


def test_records_that_are_gone_stop_the_source(run: Run, topic: DebeziumTopic) -> None:
    snapshot(topic, *range(4))
    run.step()
    run.source.close()
    snapshot(topic, *range(4))
    admin = AdminClient({"bootstrap.servers": topic.bootstrap})
    place = TopicPartition(topic.name, 0, 7)
    for future in admin.delete_records([place]).values():
        future.result(30)
    run.crash()
    with pytest.raises(FatalError, match="nothing was skipped"):
        run.step()


def test_avro_of_a_registry(plant: Plant, topic: DebeziumTopic, tmp_path: Path) -> None:
    schema = Schema(json.dumps(ENVELOPE), "AVRO")
    context = SerializationContext(topic.name, MessageField.VALUE)
    with SchemaRegistryClient({"url": plant.registry}) as registry:
        encode = AvroSerializer(registry, schema.schema_str)

        def record(op: str, **rows: Any) -> bytes:
            found = encode({"op": op, **rows}, context)
            assert found is not None
            return found

        topic.write(
            (None, record("c", after=person(1))),
            (None, record("u", before=person(1), after=person(1, status="2"))),
            (None, record("d", before=person(1))),
            (None, b"\x00\x00\x00\x00\x01rusak"),
        )
    run = opened(topic, tmp_path, f", format: avro, registry: '{plant.registry}'")
    run.catch_up()
    assert [made.operation for made in run.events] == [DIBUAT, DIKOREKSI, DIBATALKAN]
    assert run.codes == ["ISI_RUSAK"]
    run.close()
