"""Leaving a consumer group for good.

A static member that stops keeps its place until its session is over, so that a quick
restart moves nothing. A worker that is told to stop says good-bye instead, and the
others take over at once.
"""

from __future__ import annotations

from contextlib import closing

import structlog
from kafka.admin import MemberToRemove
from kafka.errors import KafkaError

from bus.kafka.admin import Admin

ANSWER_SECONDS = 5.0
log = structlog.get_logger(__name__)


def leave(bootstrap: str, group: str, instance: str) -> None:
    """Take a static member out of its group; a broker that is away is no error.

    Args:
        bootstrap: Kafka bootstrap servers.
        group: consumer group id.
        instance: the member's static name.
    """
    try:
        with closing(Admin(bootstrap, "opdbus-leave", ANSWER_SECONDS)) as admin:
            admin.remove_group_members(
                group, [MemberToRemove(group_instance_id=instance)]
            )
    except (KafkaError, OSError) as error:
        log.warning(
            "could not leave the group; the others take over when the session ends",
            group=group,
            error=type(error).__name__,
        )
