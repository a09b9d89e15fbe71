"""Who is a member of a consumer group at the moment."""

import asyncio
from collections.abc import Callable
from contextlib import closing

from kafka.admin import MemberToRemove
from kafka.errors import CoordinatorNotAvailableError, KafkaError

from bus.errors import RetriableError
from bus.kafka.admin import Admin
from bus.kafka.failures import words_of


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
            f"members of {group} at {bootstrap}: {words_of(error)}"
        ) from error
    return frozenset(_client_ids(found))


async def remove_gone(
    bootstrap: str, group: str, is_gone: Callable[[str], bool]
) -> frozenset[str]:
    """Take members out whose process is known to be dead; others do not wait for them.

    Args:
        bootstrap: Kafka bootstrap servers.
        group: consumer group id.
        is_gone: whether the process behind a client id has ended. One that has not
            joins again by itself.

    Returns:
        Client ids of those that were there.

    Raises:
        RetriableError: the broker is not there.
    """
    return await asyncio.to_thread(_remove_gone, bootstrap, group, is_gone)


def _remove_gone(
    bootstrap: str, group: str, is_gone: Callable[[str], bool]
) -> frozenset[str]:
    try:
        with closing(Admin(bootstrap, "opdbus-members")) as admin:
            told = _members_in(admin.describe_groups([group]))
            gone = {ident: name for ident, name in told.items() if is_gone(name)}
            if gone:
                members = [MemberToRemove(member_id=ident) for ident in gone]
                admin.remove_group_members(group, members)
    except CoordinatorNotAvailableError:
        return frozenset()  # nobody was ever a member of a group on this broker
    except (KafkaError, OSError) as error:
        raise RetriableError(
            f"members of {group} at {bootstrap}: {words_of(error)}"
        ) from error
    return frozenset(gone.values())


def _members_in(found: object) -> dict[str, str]:
    """Member id → client id anywhere in the answer."""
    if isinstance(found, dict):
        if "client_id" in found and "member_id" in found:
            return {str(found["member_id"]): str(found["client_id"])}
        found = list(found.values())
    if isinstance(found, list | tuple):
        return {key: name for x in found for key, name in _members_in(x).items()}
    return {}


def _client_ids(found: object) -> list[str]:
    """Client ids anywhere in the answer, whatever shape the library gives it."""
    if isinstance(found, dict):
        own = [str(found["client_id"])] if "client_id" in found else []
        return own + [name for part in found.values() for name in _client_ids(part)]
    if isinstance(found, list | tuple):
        return [name for part in found for name in _client_ids(part)]
    return []
