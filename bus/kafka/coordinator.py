"""The broker that keeps a group, which a new or restarted broker names after a moment.

The first question about any group has the broker make the topic of positions; until it
is there, and while a restarted broker still reads it, questions are refused.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiokafka import errors as of_aiokafka
from kafka import errors as of_kafka

from bus.errors import RetriableError

PATIENCE_SECONDS = 15.0
AGAIN_SECONDS = 0.1
NOT_YET = (
    of_aiokafka.GroupCoordinatorNotAvailableError,
    of_aiokafka.GroupLoadInProgressError,
    of_aiokafka.NotCoordinatorForGroupError,
    of_kafka.CoordinatorNotAvailableError,
    of_kafka.CoordinatorLoadInProgressError,
    of_kafka.NotCoordinatorError,
)
"""What both clients raise for codes 15, 14 and 16 of the protocol."""
CUT_OFF = (of_aiokafka.KafkaConnectionError, of_aiokafka.NodeNotReadyError)
"""A connection that a broker's restart has broken; the same client makes another."""

Answer = TypeVar("Answer")


async def answered(ask: Callable[[], Awaitable[Answer]], doing: str) -> Answer:
    """Ask about a group, again and again while its coordinator is not there.

    Args:
        ask: the question; whatever else it raises is passed on.
        doing: what is being asked and where, for the message.

    Raises:
        RetriableError: no coordinator came in time.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + PATIENCE_SECONDS
    while True:
        try:
            return await ask()
        except CUT_OFF:
            if loop.time() > until:
                raise
        except NOT_YET as error:
            if loop.time() > until:
                raise RetriableError(
                    f"{doing}: the broker has no coordinator for groups after "
                    f"{PATIENCE_SECONDS:g} s ({type(error).__name__}); is "
                    "offsets.topic.replication.factor larger than the number of "
                    "brokers? The broker's log tells why __consumer_offsets is not made"
                ) from error
        await asyncio.sleep(AGAIN_SECONDS)
