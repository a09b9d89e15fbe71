"""A start that fails or is cancelled leaves no connection open."""

import asyncio
import gc
import socket
from collections.abc import Callable

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError

from bus.kafka.starting import Client, started
from ops.kafka.broker import free_ports

pytestmark = [pytest.mark.kafka, pytest.mark.anyio]
Make = Callable[[str], Client]


def _reader(bootstrap: str) -> Client:
    return AIOKafkaConsumer(bootstrap_servers=bootstrap)


def _member(bootstrap: str) -> Client:
    return AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id="uji")


def _owner(bootstrap: str) -> Client:
    return AIOKafkaProducer(bootstrap_servers=bootstrap, transactional_id="uji")


@pytest.fixture(params=[_reader, _member, _owner])
def make(request: pytest.FixtureRequest) -> Make:
    found: Make = request.param
    return found


def open_sockets() -> int:
    """Of this event loop; one that somebody forgot to close counts."""
    loop = asyncio.get_running_loop()
    return len(loop._selector.get_map())  # type: ignore[attr-defined]


async def connected(client: Client) -> None:
    """A client that has told the broker something keeps that connection."""
    if isinstance(client, AIOKafkaConsumer):
        await client.topics()


async def test_it_stays_connected_behind_the_block(broker: str, make: Make) -> None:
    before, client = open_sockets(), make(broker)
    async with started(client):
        await connected(client)
    assert open_sockets() > before
    await client.stop()
    assert open_sockets() == before


async def test_what_fails_behind_the_start_closes_it(broker: str, make: Make) -> None:
    before, seen = open_sockets(), 0

    async def fails() -> None:
        nonlocal seen
        client = make(broker)
        async with started(client):
            await connected(client)
            seen = open_sockets()
            raise ValueError("uji")

    with pytest.raises(ValueError, match="uji"):
        await fails()
    assert seen > before
    assert open_sockets() == before


@pytest.mark.parametrize("milliseconds", [0, 1, 2, 4, 8, 16, 32])
async def test_a_start_that_is_cancelled(
    broker: str, make: Make, milliseconds: int
) -> None:
    before = open_sockets()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(milliseconds / 1000), started(make(broker)):
            await asyncio.sleep(60)
    assert open_sockets() == before
    gc.collect()  # the client would complain now


async def test_nobody_there(make: Make) -> None:
    before, (port,) = open_sockets(), free_ports(1)
    with pytest.raises(KafkaConnectionError):
        async with started(make(f"127.0.0.1:{port}")):
            pytest.fail("started without a broker")
    assert open_sockets() == before
    gc.collect()


async def test_somebody_who_does_not_answer(make: Make) -> None:
    before = open_sockets()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = f"127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3), started(make(place)):
                pytest.fail("started without a broker")
    assert open_sockets() == before
    gc.collect()
