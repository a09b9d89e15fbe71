"""Who is a member of a consumer group at the moment."""

import asyncio
from contextlib import closing

from kafka.errors import KafkaError

from bus.errors import RetriableError
from bus.kafka.admin import Admin


async def members_of(bootstrap: str, group: str) -> frozenset[str]:
    """Client ids of the members; empty if there is no such group.

    Raises:
        RetriableError: the broker is not there.
    """
    return await asyncio.to_thread(_members, bootstrap, group)


def _members(bootstrap: str, group: str) -> frozenset[str]:
    try:
        with closing(Admin(bootstrap, "opdbus-members")) as admin:
            found = admin.describe_groups([group])
    except (KafkaError, OSError) as error:
        raise RetriableError(
            f"members of {group} at {bootstrap}: {type(error).__name__}: {error}"
        ) from error
    return frozenset(_client_ids(found))


def _client_ids(found: object) -> list[str]:
    """Client ids anywhere in the answer, whatever shape the library gives it."""
    if isinstance(found, dict):
        own = [str(found["client_id"])] if "client_id" in found else []
        return own + [name for part in found.values() for name in _client_ids(part)]
    if isinstance(found, list | tuple):
        return [name for part in found for name in _client_ids(part)]
    return []
