"""How far the logs of some topics have grown, asked synchronously."""

from __future__ import annotations

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from bus.errors import RetriableError
from bus.kafka.failures import words_of


class LogEnds:
    """Log ends of all topics with a prefix.

    Args:
        bootstrap: Kafka bootstrap servers.
        prefix: of topic names.
        without: prefix of topic names left out.
        committed: end at what a `read_committed` consumer can read by now.

    Raises:
        RetriableError: broker away.
    """

    def __init__(
        self,
        bootstrap: str,
        prefix: str,
        without: str = "\0",
        *,
        committed: bool = False,
    ) -> None:
        self._prefix = prefix
        self._without = without
        try:
            self._consumer = KafkaConsumer(
                bootstrap_servers=bootstrap.split(","),
                enable_auto_commit=False,
                isolation_level=f"read_{'' if committed else 'un'}committed",
                client_id="opdbus-ends",
            )
        except (KafkaError, OSError) as error:
            raise _away(error) from error

    def total(self) -> int:
        """Sum of the log ends; grows with every record and commit marker.

        Raises:
            RetriableError: broker away.
        """
        try:
            names = [
                name
                for name in self._consumer.topics()
                if name.startswith(self._prefix) and not name.startswith(self._without)
            ]
            places = [
                TopicPartition(name, number)
                for name in names
                for number in self._consumer.partitions_for_topic(name) or ()
            ]
            return sum(self._consumer.end_offsets(places).values()) if places else 0
        except (KafkaError, OSError) as error:
            raise _away(error) from error

    def of(self, topic: str, partitions: int) -> tuple[int, ...]:
        """Log end of each partition of one topic: one question, no metadata.

        Raises:
            RetriableError: broker away.
        """
        places = [TopicPartition(topic, number) for number in range(partitions)]
        try:
            found = self._consumer.end_offsets(places)
        except (KafkaError, OSError) as error:
            raise _away(error) from error
        return tuple(found[place] for place in places)

    def close(self) -> None:
        """Close the connection."""
        self._consumer.close()


def _away(error: Exception) -> RetriableError:
    return RetriableError(f"log ends: {words_of(error)}")
