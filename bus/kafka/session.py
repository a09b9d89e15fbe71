"""How soon a broker may miss a member of a consumer group."""

from __future__ import annotations

import structlog
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError

from bus.kafka.async_admin import AsyncAdmin
from bus.kafka.starting import started

SESSION_SECONDS = 3.0
"""After so long without a sign of life a worker is taken for dead, if the broker lets
it; one that only stood still is fenced and joins again. What blocks, such as a call of
a legacy system, runs in threads: signs of life come from the event loop."""
HEARTBEAT_SECONDS = 0.5
USUAL_SECONDS = 6.0
"""Kafka's own `group.min.session.timeout.ms`: every broker takes it."""
_LEAST = "group.min.session.timeout.ms"
_ANSWER_MS = 4_000
log = structlog.get_logger(__name__)
_told: dict[str, float] = {}
"""Bootstrap servers → what they said; a process asks each of them once."""


async def session_seconds(bootstrap: str, wanted: float = SESSION_SECONDS) -> float:
    """The session a worker asks for: what it wants, or the least the broker takes.

    A broker that is away or tells nobody its settings is taken for a usual one.

    Args:
        bootstrap: Kafka bootstrap servers.
        wanted: seconds after which a member that was killed shall be missed.
    """
    if bootstrap not in _told:
        try:
            _told[bootstrap] = await _least_seconds(bootstrap)
        except (KafkaError, OSError, LookupError, TypeError, ValueError) as error:
            log.info(
                "the broker does not tell its shortest session; taking the usual one",
                setting=_LEAST,
                seconds=max(wanted, USUAL_SECONDS),
                error=type(error).__name__,
            )
            return max(wanted, USUAL_SECONDS)
    return max(wanted, _told[bootstrap])


async def session_options(bootstrap: str) -> dict[str, int]:
    """The session as options of a consumer."""
    return {
        "session_timeout_ms": int(await session_seconds(bootstrap) * 1000),
        "heartbeat_interval_ms": int(HEARTBEAT_SECONDS * 1000),
    }


async def _least_seconds(bootstrap: str) -> float:
    admin = AsyncAdmin(
        bootstrap_servers=bootstrap,
        client_id="opdbus-session",
        request_timeout_ms=_ANSWER_MS,
    )
    async with started(admin):
        try:
            node = str((await admin.describe_cluster())["brokers"][0]["node_id"])
            asked = ConfigResource(ConfigResourceType.BROKER, node, {_LEAST: None})
            (told,) = await admin.describe_configs([asked])
            (_, _, _, _, ((_, value, *_),)) = told.resources[0]
            return int(value) / 1000
        finally:
            await admin.stop()
