"""Records of a transaction that has not begun yet, packed as they come."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiokafka.producer.message_accumulator import BatchBuilder

    from bus.record import Headers

Place = tuple[str, int]


class Staging:
    """Batches by topic and partition; `TransactionalWriter.stage` makes one.

    May be filled in another thread, and while the writer commits the one before.
    A packed record takes a third of the memory of one in Python objects.

    Args:
        create: makes an empty batch.
    """

    def __init__(self, create: Callable[[], BatchBuilder]) -> None:
        self._create = create
        self._open: dict[Place, BatchBuilder] = {}
        self._full: list[tuple[Place, BatchBuilder]] = []

    def __bool__(self) -> bool:
        return bool(self._open)

    @property
    def batches(self) -> list[tuple[Place, BatchBuilder]]:
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
        batch = self._open.get(place)
        if batch is None:
            batch = self._open[place] = self._create()
        if batch.append(key=key, value=value, timestamp=timestamp_ms, headers=headers):
            return
        self._full.append((place, batch))
        batch = self._open[place] = self._create()
        # The first record of a batch is taken whatever its size.
        batch.append(key=key, value=value, timestamp=timestamp_ms, headers=headers)
