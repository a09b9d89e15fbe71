"""Kafka's errors in the words of `bus/errors.py`."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from aiokafka.errors import (
    IllegalOperation,
    InvalidProducerEpoch,
    InvalidProducerIdMapping,
    InvalidTimestampError,
    KafkaError,
    OutOfOrderSequenceNumber,
    ProducerFenced,
)

from bus.errors import FencedError, OpdBusError, RetriableError

_NOBODY = "Unable to bootstrap"
_PLACE = re.compile(r"\('([^']+)', (\d+)")
_QUOTED = re.compile(r"'([^']+)'")
_FENCED = (ProducerFenced, InvalidProducerEpoch, InvalidProducerIdMapping)


def as_bus_error(error: Exception, doing: str) -> OpdBusError:
    """The bus's error for a client's error.

    Args:
        error: what aiokafka or the socket raised.
        doing: what was being done and where, for the message.

    Returns:
        FencedError when another worker owns the transactional id, otherwise
        RetriableError: build the task anew from what is committed.
    """
    name = type(error).__name__
    if isinstance(error, _FENCED):
        return FencedError(f"{doing}: {name}: another worker has taken this task over")
    if isinstance(error, InvalidTimestampError):
        return RetriableError(
            f"{doing}: the broker refuses records from the future; the clock of this "
            "machine or of the broker's is wrong: set it (NTP) and start again, "
            "nothing is lost"
        )
    return RetriableError(f"{doing}: {words_of(error)}")


def words_of(error: Exception) -> str:
    """What a Kafka client says; where nobody answers, what to do about it."""
    name, text = type(error).__name__, str(error)
    if _NOBODY not in text:
        return f"{name}: {text.removeprefix(f'{name}: ')}"
    places = ", ".join(":".join(found) for found in _PLACE.findall(text))
    places = places or ", ".join(_QUOTED.findall(text)) or "the address given"
    return (
        f"no Kafka broker answers at {places}; start it (a local one: opdbus kafka "
        "start) or set OPDBUS_BOOTSTRAP"
    )


@contextmanager
def kafka_errors(doing: str) -> Iterator[None]:
    """Translate what the Kafka client raises inside the block."""
    try:
        yield
    except (
        KafkaError,
        IllegalOperation,
        OutOfOrderSequenceNumber,
        OSError,
        TimeoutError,
    ) as error:
        raise as_bus_error(error, doing) from error
