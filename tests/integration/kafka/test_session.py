"""Workers are missed as soon as the broker allows."""

import pytest

from bus.kafka.session import session_options, session_seconds
from ops.kafka.broker import free_ports


@pytest.mark.kafka
@pytest.mark.anyio
async def test_a_worker_asks_for_what_it_wants_or_the_least_the_broker_takes(broker):
    assert await session_seconds(broker) == 3.0
    assert await session_seconds(broker, 0.5) == 1.0
    told = {"session_timeout_ms": 3_000, "heartbeat_interval_ms": 500}
    assert await session_options(broker) == told


@pytest.mark.anyio
async def test_a_broker_that_says_nothing_is_a_usual_one():
    (port,) = free_ports(1)
    assert await session_seconds(f"127.0.0.1:{port}") == 6.0
