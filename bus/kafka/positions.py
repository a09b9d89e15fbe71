"""Where consumer groups stand, and where logs begin."""

from collections.abc import Iterable

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from bus.kafka.failures import kafka_errors

Place = tuple[str, int]


async def committed(bootstrap: str, group: str) -> dict[Place, int]:
    """Where a consumer group stands: (topic, partition) → next offset to read.

    Raises:
        RetriableError: the broker is not there.
    """
    admin = AIOKafkaAdminClient(
        bootstrap_servers=bootstrap, client_id="opdbus-positions"
    )
    with kafka_errors(f"positions of {group}"):
        try:
            await admin.start()
            found = await admin.list_consumer_group_offsets(group)
        finally:
            await admin.close()
    return {
        (place.topic, place.partition): stand.offset
        for place, stand in found.items()
        if stand.offset >= 0
    }


async def beginnings(bootstrap: str, places: Iterable[Place]) -> dict[Place, int]:
    """First offset of each partition that its log still has.

    Raises:
        RetriableError: the broker is not there.
    """
    wanted = [TopicPartition(*place) for place in places]
    if not wanted:
        return {}
    client = AIOKafkaConsumer(bootstrap_servers=bootstrap, client_id="opdbus-positions")
    with kafka_errors("beginnings of logs"):
        try:
            await client.start()
            found = await client.beginning_offsets(wanted)
        finally:
            await client.stop()
    return {(place.topic, place.partition): at for place, at in found.items()}
