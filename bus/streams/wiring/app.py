"""The Faust app of one stream application."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import faust
import faust.streams

from bus.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bus.streams.wiring.tasks import TaskSet

MAX_BATCH = 1000


def build_app(
    name: str,
    bootstrap: str,
    worker: str,
    tasks: TaskSet,
    data_dir: Path,
    fail: Callable[[BaseException], None],
) -> faust.App:
    """A Faust app whose agents hand every fetched batch to the tasks.

    Args:
        name: consumer group.
        bootstrap: Kafka bootstrap servers.
        worker: static group instance; unique per worker, stable over restarts, so
            that a restart does not wait for the session to expire.
        tasks: what runs the batches.
        data_dir: Faust's own folder.
        fail: told of the first error; the worker ends with it.

    Raises:
        ConfigError: Faust runs without its compiled extension, whose pure twin
            acknowledges events it skipped (`faust.md` W6).
    """
    if faust.streams._CStreamIterator is None:  # noqa: SLF001
        raise ConfigError(
            "faust-streaming runs without its compiled extension; install the wheel "
            "for this Python and unset NO_CYTHON"
        )
    data_dir.mkdir(parents=True, exist_ok=True)
    app = faust.App(
        name,
        broker=[f"opdbus://{server}" for server in bootstrap.split(",")],
        datadir=str(data_dir),
        autodiscover=False,
        web_enabled=False,
        consumer_auto_offset_reset="earliest",
        consumer_group_instance_id=worker,
        consumer_max_fetch_size=256 << 10,
        broker_max_poll_records=MAX_BATCH,
        broker_session_timeout=10.0,
        broker_heartbeat_interval=1.0,
        broker_rebalance_timeout=30.0,
        broker_request_timeout=30.0,
        stream_buffer_maxsize=2,
        stream_wait_empty=True,
        table_standby_replicas=0,
        topic_disable_leader=True,
        topic_allow_declare=False,
        key_serializer="raw",
        value_serializer="raw",
    )
    tasks.fail = fail
    app.opdbus_tasks = tasks
    app.opdbus_fail = fail
    for topic in tasks.topics:
        _read(app, topic, tasks, fail)
    return app


def _read(
    app: faust.App,
    topic: str,
    tasks: TaskSet,
    fail: Callable[[BaseException], None],
) -> None:
    channel = app.topic(topic, key_type=bytes, value_type=bytes)

    async def decode(message: Any, *, propagate: bool = False) -> faust.Event:
        return faust.Event(app, None, message.value, {}, message)

    channel.decode = decode

    @app.agent(channel, name=f"read.{topic}", isolated_partitions=True)
    async def process(stream: Any) -> None:
        async for event in stream.events():
            try:
                await tasks.process(event.value)
            except Exception as error:  # noqa: BLE001 - the worker ends with it
                fail(error)
                return
