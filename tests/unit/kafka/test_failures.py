"""What people are told when Kafka is not there."""

import pytest
from aiokafka.errors import KafkaConnectionError
from kafka.errors import KafkaTimeoutError
from pydantic import ValidationError

from bus.config.settings import Settings
from bus.kafka.failures import as_bus_error, words_of


@pytest.mark.parametrize(
    "error",
    [
        KafkaConnectionError(
            "Unable to bootstrap from [('10.0.0.7', 9092, <AddressFamily.AF_INET: 2>)]"
        ),
        KafkaTimeoutError("Unable to bootstrap from ['10.0.0.7:9092']"),
    ],
    ids=["aiokafka", "kafka-python"],
)
def test_a_broker_that_is_away_is_told_with_what_to_do(error: Exception) -> None:
    told = str(as_bus_error(error, "reading t"))
    assert told.startswith("reading t: no Kafka broker answers at 10.0.0.7:9092;")
    assert "opdbus kafka start" in told
    assert "OPDBUS_BOOTSTRAP" in told


def test_other_errors_are_named_once() -> None:
    assert words_of(KafkaConnectionError("gone")) == "KafkaConnectionError: gone"


@pytest.mark.parametrize("text", ["kafka", "kafka:", ":9092", "a:1,b", "a:1, b:2"])
def test_a_bootstrap_without_port_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="expected host:port"):
        Settings(bootstrap=text)


def test_several_brokers_are_fine() -> None:
    assert Settings(bootstrap="a:1,b.c:22").bootstrap == "a:1,b.c:22"
