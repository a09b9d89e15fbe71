"""The local broker does what a broker does, survives kill -9 and can be frozen."""

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from bus.errors import FatalError
from ops.kafka.broker import LocalBroker
from ops.kafka.probe import brokers_behind

pytestmark = pytest.mark.kafka


async def write(bootstrap: str, topic: str, *values: bytes) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(topic, 1, 1)])
    await admin.close()
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, transactional_id=topic)
    await producer.start()
    async with producer.transaction():
        for value in values:
            await producer.send(topic, value)
    await producer.stop()


async def read(bootstrap: str, topic: str, count: int) -> list[bytes]:
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=bootstrap,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
    )
    await consumer.start()
    try:
        return [(await consumer.getone()).value for _ in range(count)]
    finally:
        await consumer.stop()


def test_shared_broker_serves_transactions(broker: str, tenant_id: str) -> None:
    topic = f"{tenant_id}.uji"
    asyncio.run(write(broker, topic, b"satu", b"dua"))
    assert asyncio.run(read(broker, topic, 2)) == [b"satu", b"dua"]


def test_data_and_port_survive_a_hard_restart(own_broker: LocalBroker) -> None:
    asyncio.run(write(own_broker.bootstrap, "tahan", b"satu"))
    before = own_broker.bootstrap, own_broker.pid
    own_broker.restart(hard=True)
    assert own_broker.bootstrap == before[0]
    assert own_broker.pid != before[1]
    assert asyncio.run(read(own_broker.bootstrap, "tahan", 1)) == [b"satu"]


def test_pause_makes_it_silent_and_resume_brings_it_back(
    own_broker: LocalBroker,
) -> None:
    own_broker.pause()
    # The signal reaches all threads of the JVM within moments, not at once.
    deadline = time.monotonic() + 10
    while brokers_behind(own_broker.bootstrap, 0.5) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert brokers_behind(own_broker.bootstrap, 0.5) == 0
    own_broker.resume()
    deadline = time.monotonic() + 30
    while not own_broker.ready() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert own_broker.ready()


def test_another_process_can_take_the_folder_over(own_broker: LocalBroker) -> None:
    stranger = LocalBroker(own_broker.folder)
    assert stranger.pid == own_broker.pid
    assert stranger.start().bootstrap == own_broker.bootstrap
    stranger.stop()
    assert own_broker.pid is None


def test_a_taken_port_is_named(own_broker: LocalBroker, tmp_path: Path) -> None:
    with pytest.raises(FatalError, match="taken by another program"):
        LocalBroker(tmp_path / "kedua", own_broker.port).start()


def test_a_tied_broker_ends_with_its_owner(tmp_path: Path) -> None:
    code = (
        "import os, pathlib, sys; from ops.kafka.broker import LocalBroker; "
        "LocalBroker(pathlib.Path(sys.argv[1]), tied=True).start(); os.abort()"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path], check=False)
    assert done.returncode != 0
    deadline = time.monotonic() + 10
    while LocalBroker(tmp_path).pid is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert LocalBroker(tmp_path).pid is None
