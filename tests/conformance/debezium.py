"""A Debezium on Kafka Connect as its topics show it: envelopes, tombstones."""

import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic

from tests.conformance.legacies import SNAPSHOT
from tests.conformance.workshop import PEOPLE

Row = Mapping[str, Any]
CREATED, CHANGED, DELETED = "cud"


class DebeziumTopic:
    """One table's topic.

    Args:
        bootstrap: the broker.
        partitions: of the topic.
        name: of a topic that is there already.
    """

    def __init__(self, bootstrap: str, partitions: int = 1, name: str = "") -> None:
        self.bootstrap = bootstrap
        self.name = name or f"dinsos.uji.warga_{uuid.uuid4().hex[:12]}"
        if not name:
            admin = AdminClient({"bootstrap.servers": bootstrap})
            made = admin.create_topics([NewTopic(self.name, partitions, 1)])
            made[self.name].result(30)
        self._producer = Producer({"bootstrap.servers": bootstrap})

    def write(self, *records: tuple[bytes | None, bytes | None]) -> None:
        """Keys and values, all of them in the topic when this returns."""
        for key, value in records:
            self._producer.produce(self.name, value, key)
        assert self._producer.flush(30) == 0

    def put(self, partition: int, time_ms: int, row: Row, op: str, mark: str) -> None:
        """One record of a partition, written at a time; in the topic at once."""
        value = envelope(op, None, row, mark)
        if op == DELETED:
            value = envelope(op, row, None, mark)
        self._producer.produce(
            self.name, value, key_of(row), partition, timestamp=time_ms
        )
        assert self._producer.flush(30) == 0


def envelope(
    op: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    snapshot: str = "false",
) -> bytes:
    """JSON without schema, as `schemas.enable=false` gives it."""
    source = {"connector": "mariadb", "table": "warga", "snapshot": snapshot}
    value = {"before": before, "after": after, "source": source, "op": op}
    return json.dumps({**value, "ts_ms": 1_772_323_198_000}).encode()


def key_of(row: Mapping[str, Any]) -> bytes:
    """The key of a row's records."""
    return json.dumps({"id": row["id"]}).encode()


class DebeziumLegacy:
    """A table behind Debezium."""

    def __init__(self, bootstrap: str, chunk: int, partitions: int = 1) -> None:
        self.topic = DebeziumTopic(bootstrap, partitions)
        self._chunk = chunk
        self._rows: dict[int, dict[str, Any]] = {}

    def connector(self) -> str:
        source = (
            f"{{bootstrap: '{self.topic.bootstrap}', topic: {self.topic.name},"
            f" chunk_rows: {self._chunk}, poll_seconds: 0.05}}"
        )
        return SNAPSHOT.format(kind="debezium", source=source) + PEOPLE

    def holds(self, rows: Sequence[dict[str, Any]]) -> None:
        now = {row["id"]: dict(row) for row in rows}
        records: list[tuple[bytes | None, bytes | None]] = []
        for number, row in self._rows.items():
            if number not in now:
                key = key_of(row)
                records += [(key, envelope(DELETED, row, None)), (key, None)]
        for number, row in now.items():
            old = self._rows.get(number)
            if old != row:
                op = CREATED if old is None else CHANGED
                records.append((key_of(row), envelope(op, old, row)))
        self.topic.write(*records)
        self._rows = now
