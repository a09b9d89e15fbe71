"""The Faust app that hosts one stream application."""

from __future__ import annotations

from typing import TYPE_CHECKING

import faust

from bus.kafka.session import HEARTBEAT_SECONDS
from bus.streams.wiring.feed import PARTITION_BYTES

if TYPE_CHECKING:
    from pathlib import Path

    from bus.streams.wiring.tasks import TaskSet


def build_app(
    name: str, bootstrap: str, worker: str, tasks: TaskSet, data_dir: Path
) -> faust.App:
    """A Faust app: service life cycle and group membership around our tasks.

    Args:
        name: consumer group.
        bootstrap: Kafka bootstrap servers.
        worker: static group instance; unique per worker, stable over restarts, so
            that a restart does not wait for the session to expire.
        tasks: what runs the partitions that the group gives to this worker.
        data_dir: Faust's own folder.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    app = faust.App(
        name,
        broker=[f"opdbus://{server}" for server in bootstrap.split(",")],
        datadir=str(data_dir),
        autodiscover=False,
        web_enabled=False,
        consumer_auto_offset_reset="earliest",
        consumer_group_instance_id=worker,
        consumer_max_fetch_size=PARTITION_BYTES,
        broker_heartbeat_interval=HEARTBEAT_SECONDS,
        broker_rebalance_timeout=30.0,
        broker_request_timeout=30.0,
        # Tasks pull when they have room; no pace of work makes a member a dead one.
        broker_max_poll_interval=86_400.0,
        table_standby_replicas=0,
        topic_disable_leader=True,
        topic_allow_declare=False,
        key_serializer="raw",
        value_serializer="raw",
    )
    app.opdbus_tasks = tasks
    return app
