"""How soon a broker may miss a member of a consumer group."""

from __future__ import annotations

from contextlib import closing

import structlog
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import KafkaError

from bus.kafka.admin import Admin

USUAL_SECONDS = 6.0
"""Kafka's own `group.min.session.timeout.ms`: every broker takes it."""
_LEAST = "group.min.session.timeout.ms"
log = structlog.get_logger(__name__)


def session_seconds(bootstrap: str, wanted: float) -> float:
    """The session a worker asks for: what it wants, or the least the broker takes.

    A broker that is away or tells nobody its settings is taken for a usual one.

    Args:
        bootstrap: Kafka bootstrap servers.
        wanted: seconds after which a member that was killed shall be missed.
    """
    try:
        with closing(Admin(bootstrap, "opdbus-session")) as admin:
            least = _least_seconds(admin)
    except (KafkaError, OSError, KeyError, TypeError, ValueError) as error:
        log.info(
            "the broker does not tell its shortest session; taking the usual one",
            setting=_LEAST,
            seconds=max(wanted, USUAL_SECONDS),
            error=type(error).__name__,
        )
        least = USUAL_SECONDS
    return max(wanted, least)


def _least_seconds(admin: Admin) -> float:
    node = str(admin.describe_cluster()["brokers"][0]["broker_id"])
    asked = ConfigResource(ConfigResourceType.BROKER, node, [_LEAST])
    told = admin.describe_configs([asked], config_filter="all")
    return int(told["broker"][node][_LEAST]["value"]) / 1000
