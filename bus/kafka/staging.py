"""Records of a transaction that has not begun yet, packed as they come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bus.kafka.packing import PackedBatch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from aiokafka.producer.message_accumulator import BatchBuilder

    from bus.record import Headers

BATCH_BYTES = 1 << 19
Place = tuple[str, int]


class Staging:
    """Batches by topic and partition; `TransactionalWriter.stage` makes one.

    May be filled in another thread, and while the writer commits the one before.
    A packed record takes a third of the memory of one in Python objects.

    Args:
        create: makes an empty batch.
        limit_bytes: of the batches of records that are bytes already.
        transactional: they are sent inside a transaction.
    """

    def __init__(
        self,
        create: Callable[[], BatchBuilder],
        limit_bytes: int = BATCH_BYTES,
        *,
        transactional: bool = True,
    ) -> None:
        self._transactional = transactional
        self._create = create
        self._limit = limit_bytes
        self._open: dict[Place, BatchBuilder | PackedBatch] = {}
        self._full: list[tuple[Place, BatchBuilder | PackedBatch]] = []

    def __bool__(self) -> bool:
        return bool(self._open)

    @property
    def batches(self) -> list[tuple[Place, BatchBuilder | PackedBatch]]:
        """All batches; those of one place in the order of their records."""
        return [*self._full, *self._open.items()]

    def append(
        self,
        topic: str,
        partition: int,
        key: bytes | None,
        value: bytes | None,
        headers: Headers,
        timestamp_ms: int | None = None,
    ) -> None:
        """Add one record.

        Args:
            topic: full topic name.
            partition: where it goes, from `partition_for`.
            key: record key.
            value: Avro in the Confluent wire format, or None for a tombstone.
            headers: CloudEvents and other headers.
            timestamp_ms: record time; None is now.
        """
        place = (topic, partition)
        batch: Any = self._open.get(place)
        if batch is None or isinstance(batch, PackedBatch):
            batch = self._next(place, self._create)
        if batch.append(key=key, value=value, timestamp=timestamp_ms, headers=headers):
            return
        batch = self._next(place, self._create)
        # The first record of a batch is taken whatever its size.
        batch.append(key=key, value=value, timestamp=timestamp_ms, headers=headers)

    def append_packed(self, place: Place, rest: bytes, timestamp_ms: int) -> None:
        """Add one record that is bytes already.

        Args:
            place: topic and partition.
            rest: of the record, from the key on (`bus.kafka.packing`).
            timestamp_ms: time of the batch, if it begins with this record.
        """
        batch: Any = self._open.get(place)
        if batch.__class__ is PackedBatch and batch.add(rest):
            return
        batch = self._next(place, lambda: self._packed(timestamp_ms))
        batch.add(rest)

    def extend_packed(
        self, places: Iterable[Place], rests: Iterable[bytes], timestamp_ms: int
    ) -> None:
        """As `append_packed`, for many records at a time."""
        groups: dict[Place, list[bytes]] = {}
        for place, rest in zip(places, rests, strict=True):
            group = groups.get(place)
            if group is None:
                groups[place] = [rest]
            else:
                group.append(rest)
        for place, group in groups.items():
            batch: Any = self._open.get(place)
            taken = batch.add_many(group) if batch.__class__ is PackedBatch else 0
            while taken < len(group):
                batch = self._next(place, lambda: self._packed(timestamp_ms))
                taken += batch.add_many(group[taken:])

    def _packed(self, timestamp_ms: int) -> PackedBatch:
        return PackedBatch(self._limit, timestamp_ms, transactional=self._transactional)

    def _next(self, place: Place, make: Callable[[], Any]) -> Any:
        """Another batch of a place; the one before it is full."""
        before = self._open.get(place)
        if before is not None:
            self._full.append((place, before))
        batch = self._open[place] = make()
        return batch
