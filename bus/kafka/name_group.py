"""A member of a group whose leader hands out names instead of partitions.

Kafka's own group protocol: the broker knows within seconds who has died, and gives
the list of all members to one of them, who decides for all.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.coordinator.assignors.abstract import AbstractPartitionAssignor
from aiokafka.coordinator.protocol import (
    ConsumerProtocolMemberAssignment,
    ConsumerProtocolMemberMetadata,
)

from bus.kafka.consumer import PATIENCE_MS
from bus.kafka.failures import kafka_errors
from bus.kafka.session import session_options
from bus.kafka.starting import started
from bus.kafka.stopping import stop_client

REBALANCE_MS = 6_000
"""So long the others wait for a member that lives and does not come."""

Told = dict[str, Any]
Decide = Callable[[Mapping[str, Told]], Mapping[str, list[str]]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a worker is a member.

    Attributes:
        bootstrap: Kafka bootstrap servers.
        group: group id.
        topic: any topic that exists; the protocol wants a subscription.
        worker: name of the process, shown to who asks for the group's members.
    """

    bootstrap: str
    group: str
    topic: str
    worker: str


class Membership:
    """One worker's place in the group.

    Args:
        place: which group.
        tell: what this worker tells the group, asked at every rebalance; JSON.
        decide: from what all tell to names per member, on the leader.
        given: called with this worker's names after every rebalance.
    """

    def __init__(
        self,
        place: Place,
        tell: Callable[[], Told],
        decide: Decide,
        given: Callable[[frozenset[str]], None],
    ) -> None:
        self._topic = place.topic
        self._group = place.group
        self._options: dict[str, Any] = {
            "bootstrap_servers": place.bootstrap,
            "group_id": place.group,
            "client_id": place.worker,
            "enable_auto_commit": False,
            "max_poll_interval_ms": PATIENCE_MS,
            "rebalance_timeout_ms": REBALANCE_MS,
            "partition_assignment_strategy": (_assignor(tell, decide, given),),
        }
        self._consumer: AIOKafkaConsumer | None = None

    async def start(self) -> None:
        """Join; `given` is called when the group has decided.

        Raises:
            RetriableError: the broker is not there.
        """
        session = await session_options(self._options["bootstrap_servers"])
        consumer = AIOKafkaConsumer(**self._options, **session)
        with kafka_errors(f"joining {self._group}"):
            async with started(consumer):
                consumer.subscribe([self._topic])
        self._consumer = consumer

    def again(self) -> None:
        """Have the group decide anew: this worker has other things to tell."""
        if self._consumer is not None:
            self._consumer.subscribe([self._topic])

    async def stop(self) -> None:
        """Leave the group, so that the others take over at once."""
        if self._consumer is not None:
            consumer, self._consumer = self._consumer, None
            await stop_client(consumer)


def _assignor(
    tell: Callable[[], Told],
    decide: Decide,
    given: Callable[[frozenset[str]], None],
) -> type[AbstractPartitionAssignor]:
    """A class for one worker, because the library wants classes."""

    class Assignor(AbstractPartitionAssignor):
        """Hands out names in the user data; nobody gets partitions."""

        name = "opdbus-names"

        @classmethod
        def metadata(cls, topics: Iterable[str]) -> ConsumerProtocolMemberMetadata:
            said = json.dumps(tell()).encode()
            return ConsumerProtocolMemberMetadata(0, list(topics), said)

        @classmethod
        def assign(
            cls, cluster: Any, members: Mapping[str, ConsumerProtocolMemberMetadata]
        ) -> dict[str, ConsumerProtocolMemberAssignment]:
            del cluster
            told = {
                member: json.loads(metadata.user_data or b"{}")
                for member, metadata in members.items()
            }
            decided = decide(told)
            return {
                member: ConsumerProtocolMemberAssignment(
                    0, [], json.dumps(sorted(decided.get(member, ()))).encode()
                )
                for member in members
            }

        @classmethod
        def on_assignment(cls, assignment: ConsumerProtocolMemberAssignment) -> None:
            given(frozenset(json.loads(assignment.user_data or b"[]")))

    return Assignor
