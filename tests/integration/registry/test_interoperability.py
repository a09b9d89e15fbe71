"""What we write, confluent-kafka's own classes read; what they write, we read."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient, NewTopic
from confluent_kafka.schema_registry import (
    Schema,
    SchemaRegistryClient,
    SchemaRegistryError,
    topic_record_subject_name_strategy,
)
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

from bus.clock import SystemClock
from bus.contracts import Catalog
from bus.record import Event, event_from, headers_of
from bus.serde import HttpRegistry, Serde
from bus.serde.registry import schema_text
from tests.integration.registry.conftest import GatewayProcess

pytestmark = pytest.mark.kafka
CATALOG = Catalog.load()


def in_confluents_words(schema: Any, value: Any) -> Any:
    """Our value as their deserializer gives it: date and datetime objects."""
    if isinstance(schema, list):
        schema = next(branch for branch in schema if branch != "null")
    if value is None or not isinstance(schema, dict):
        return value
    if schema["type"] == "record":
        return {
            f["name"]: in_confluents_words(f["type"], value[f["name"]])
            for f in schema["fields"]
        }
    if schema["type"] == "array":
        return [in_confluents_words(schema["items"], item) for item in value]
    return _moment(schema.get("logicalType"), value)


def _moment(logical: str | None, value: Any) -> Any:
    if logical == "date":
        return date(1970, 1, 1) + timedelta(days=value)
    if logical == "timestamp-millis":
        return datetime.fromtimestamp(value / 1000, UTC)
    return value


@pytest.fixture
def serde(gateway: GatewayProcess, tmp_path: Path) -> Any:
    registry = HttpRegistry(gateway.url, tmp_path / "schemas", SystemClock())
    yield Serde(CATALOG, registry)
    registry.close()


@pytest.fixture
def confluent(gateway: GatewayProcess) -> Any:
    with SchemaRegistryClient({"url": gateway.url}) as client:
        yield client


def test_confluents_deserializer_reads_every_example_from_the_broker(
    serde: Serde, confluent: SchemaRegistryClient, broker: str, tenant_id: str
) -> None:
    sent: dict[str, Event] = {}
    topic = f"{tenant_id}.uji.semua.fact.v1"
    admin = AdminClient({"bootstrap.servers": broker})
    admin.create_topics([NewTopic(topic, 1, 1)])[topic].result(30)
    producer = Producer({"bootstrap.servers": broker})
    lost: list[Any] = []
    for event in CATALOG.events.values():
        for number, example in enumerate(event.examples):
            made = Event(
                type=event.type,
                key=example.key,
                value=dict(example.value),
                id=f"{event.type}-{number}",
                source=f"/{tenant_id}/uji",
                time_ms=1_772_409_600_000,
            )
            sent[made.id] = made
            data = serde.encode(topic, made.type, made.value or {})
            producer.produce(
                topic,
                data,
                made.key,
                headers=headers_of(made),
                on_delivery=lambda error, _: lost.append(error),
            )
    assert producer.flush(30) == 0
    assert not any(lost)

    read = AvroDeserializer(confluent)
    consumer = Consumer(
        {
            "bootstrap.servers": broker,
            "group.id": topic,
            "auto.offset.reset": "earliest",
        }
    )
    consumer.subscribe([topic])
    found: dict[str, Event] = {}
    for _ in range(600):
        message = consumer.poll(0.1)
        if message is None or message.error():
            continue
        value = read(message.value(), SerializationContext(topic, MessageField.VALUE))
        event = event_from(message.headers(), message.key().decode(), value)
        found[event.id] = event
        if len(found) == len(sent):
            break
    consumer.close()
    assert sorted(found) == sorted(sent)
    for name, event in sent.items():
        schema = _inlined(CATALOG.event(event.type).schema, {})
        assert found[name].value == in_confluents_words(schema, event.value), name
        assert found[name].type == event.type


def _inlined(schema: Any, named: dict[str, Any]) -> Any:
    """The schema with every named type written out."""
    if isinstance(schema, str):
        return named.get(schema, schema)
    if isinstance(schema, list):
        return [_inlined(branch, named) for branch in schema]
    if not isinstance(schema["type"], str):
        return _inlined(schema["type"], named)
    made = dict(schema)
    if "fields" in made:
        made["fields"] = [
            f | {"type": _inlined(f["type"], named)} for f in made["fields"]
        ]
    if "items" in made:
        made["items"] = _inlined(made["items"], named)
    if "name" in made:
        named[made["name"]] = made
        named[f"{made.get('namespace', 'id.go.pemda')}.{made['name']}"] = made
    return made


def test_we_read_what_confluents_serializer_writes(
    serde: Serde, confluent: SchemaRegistryClient, tenant_id: str
) -> None:
    event = CATALOG.event("AnggaranDitetapkan")
    topic = f"{tenant_id}.keuangan.anggaran.state.v1"
    ours = dict(event.examples[0].value)
    write = AvroSerializer(
        confluent,
        schema_text(event.schema),
        conf={"subject.name.strategy": topic_record_subject_name_strategy},
    )
    theirs = ours | {
        "dicatat_pada": datetime.fromtimestamp(ours["dicatat_pada"] / 1000, UTC)
    }
    data = write(theirs, SerializationContext(topic, MessageField.VALUE))
    assert data == serde.encode(topic, event.type, ours)
    name, value = serde.decode(data)
    assert (name, value) == (event.type, ours)
    assert isinstance(value["pagu"], Decimal)


def test_confluents_client_understands_our_answers(
    confluent: SchemaRegistryClient, tenant_id: str
) -> None:
    event = CATALOG.event("KematianDilaporkan")
    subject = f"{tenant_id}.x-{event.fullname}"
    schema = Schema(schema_text(event.schema), "AVRO")
    client = confluent
    schema_id = client.register_schema(subject, schema)
    assert client.lookup_schema(subject, schema).schema_id == schema_id
    assert client.get_latest_version(subject).version == 1
    assert client.get_versions(subject) == [1]
    assert subject in client.get_subjects()
    assert client.test_compatibility(subject, schema) is True
    client.set_compatibility(subject, "FULL")
    assert client.get_compatibility(subject) == "FULL"
    with pytest.raises(SchemaRegistryError) as caught:
        client.get_latest_version(f"{tenant_id}.none")
    assert (caught.value.http_status_code, caught.value.error_code) == (404, 40401)
    broken = Schema('{"type":"record","name":"R","fields":[]', "AVRO")
    with pytest.raises(SchemaRegistryError) as caught:
        client.register_schema(subject, broken)
    assert caught.value.error_code == 42201
