"""Notices records that were deleted before their reader had them.

A topic keeps its records for so long. A member of a group that comes back later is put
to the first record that is left, without a word; this says it instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiokafka import ConsumerRebalanceListener

from bus.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aiokafka import AIOKafkaConsumer, TopicPartition

    from bus.record import Record


class Continuity(ConsumerRebalanceListener):
    """Follows where a member of a group reads.

    Args:
        group: consumer group id.
        bootstrap: for the command that is told.
    """

    def __init__(self, group: str, bootstrap: str) -> None:
        self._group = group
        self._bootstrap = bootstrap
        self._next: dict[TopicPartition, int] = {}

    def on_partitions_revoked(self, revoked: object) -> None:
        """Somebody else may read on meanwhile."""
        del revoked
        self._next.clear()

    def on_partitions_assigned(self, assigned: object) -> None:
        """Asked with the first records."""

    async def check(
        self,
        client: AIOKafkaConsumer,
        found: Mapping[TopicPartition, Sequence[Record]],
        positions: Mapping[TopicPartition, int],
    ) -> None:
        """Look at what was just read; call it before anything is committed.

        Args:
            client: the group's member.
            found: records by partition.
            positions: next offset by partition, behind these records.

        Raises:
            StateError: records were deleted before they were read.
        """
        gone: list[tuple[TopicPartition, int, int]] = []
        for place, position in positions.items():
            expected = self._next.get(place)
            if expected is None:
                expected = await client.committed(place)
            records = found.get(place)
            reached = records[0].offset if records else position
            if expected is not None and reached != expected:
                begin = (await client.beginning_offsets([place]))[place]
                end = (await client.end_offsets([place]))[place]
                if not begin <= expected <= end:
                    gone.append((place, expected, begin))
        if gone:
            raise StateError(self._told(gone))
        self._next.update(positions)

    def _told(self, gone: Sequence[tuple[TopicPartition, int, int]]) -> str:
        holes, parts = [], []
        for place, expected, begin in sorted(gone):
            name = f"{place.topic}-{place.partition}"
            what = f"{begin - expected} records from {expected} on are deleted"
            if begin <= expected:
                what = f"it ends before {expected}: it is another topic than before"
            holes.append(f"{name}: {what}")
            parts.append(f"-p {place.topic}:{place.partition}")
        return (
            f"{self._group}: {'; '.join(holes)}. Nothing was skipped: it stops. Keep "
            "records longer than a reader may be away. To go on with what is left: "
            f"python -m kafka.admin -b {self._bootstrap} groups reset-offsets -g "
            f"{self._group} -s earliest {' '.join(parts)}, and start it again"
        )
