"""Do records of one key meet? Checked on partition counts and on sampled records.

Everything of the bus places keys by murmur2, as Java and Faust do. A producer on
librdkafka (confluent-kafka, PHP, Node, Ruby, .NET) places them by CRC32 unless told
otherwise: half of a join then waits in another partition, and nothing fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from bus.contracts import topic_name
from bus.kafka.partitioner import partition_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bus.streams.topology.pipeline import Topology

_TICKS = frozenset({b"hari", b"waktu"})


class Placed(NamedTuple):
    """Where a sampled record stands.

    Attributes:
        key: record key.
        partition: its partition.
        event_type: `ce_type`; "" if unknown.
    """

    key: bytes
    partition: int
    event_type: str = ""


def keyed_topics(topology: Topology, tenant: str) -> tuple[str, ...]:
    """Full names of the topics where keys must meet, each once: read or kept."""
    refs = [ref for router in topology.routers for ref in router.sources]
    refs += [pipeline.source for pipeline in topology.pipelines]
    return tuple(topic_name(tenant, ref) for ref in dict.fromkeys(refs))


def copartition_problems(
    topology: Topology,
    tenant: str,
    partitions: int,
    counts: Mapping[str, int],
    samples: Mapping[str, Sequence[Placed]],
) -> list[str]:
    """Why records of one key would not meet, with what to do; empty if they do.

    Args:
        topology: what is to run.
        tenant: tenant id, first part of topics.
        partitions: partition count of the tenant (`partisi`).
        counts: partition count of each topic that exists, by full name.
        samples: some records of each topic, by full name.
    """
    broadcast = _broadcast(topology, tenant)
    problems = _count_problems(topology, tenant, partitions, counts)
    for topic in keyed_topics(topology, tenant):
        kept = [
            one
            for one in samples.get(topic, ())
            if one.key not in _TICKS and (topic, one.event_type) not in broadcast
        ]
        count = counts.get(topic, partitions)
        problems += _placing_problems(topic, count, kept)
    return problems


def _broadcast(topology: Topology, tenant: str) -> set[tuple[str, str]]:
    """Topic and event type of records that stand in every partition on purpose."""
    return {
        (topic_name(tenant, route.sink), event_type)
        for router in topology.routers
        for route in router.routes
        if route.broadcast
        for event_type in route.event_types
    }


def _count_problems(
    topology: Topology, tenant: str, partitions: int, counts: Mapping[str, int]
) -> list[str]:
    problems = []
    for pipeline in topology.pipelines:
        refs = [pipeline.source, pipeline.changelog]
        for topic in (topic_name(tenant, ref) for ref in refs if ref):
            found = counts.get(topic, partitions)
            if found != partitions:
                problems.append(
                    f"{topic}: has {found} partitions, the tenant file says "
                    f"{partitions}: records of one key would not meet in "
                    f"{pipeline.name}; set `partisi` back to {found}, or move the "
                    f"records to new topics with {partitions}"
                )
    return problems


def _placing_problems(topic: str, count: int, kept: Sequence[Placed]) -> list[str]:
    strange = [one for one in kept if partition_for(one.key, count) != one.partition]
    if not strange:
        return []
    by_crc = all(crc32(one.key) % count == one.partition for one in strange)
    how = (
        "CRC32, librdkafka's default; set `partitioner` to `murmur2_random` in the "
        "producer's configuration"
        if by_crc
        else "another partitioner than murmur2; let the producer use Kafka's default "
        "one and choose no partitions itself"
    )
    where = ", ".join(_shown(strange))
    text = (
        f"{topic}: {len(strange)} of {len(kept)} sampled records were placed by {how}. "
        f"Records of one key do not meet and have no order until then; write what is "
        f"there again from its source after the change (seen in partitions {where})"
    )
    return [text]


def _shown(strange: Iterable[Placed]) -> list[str]:
    return [str(number) for number in sorted({one.partition for one in strange})][:5]
