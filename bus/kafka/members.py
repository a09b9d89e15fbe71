"""Who is a member of a consumer group at the moment."""

import asyncio
import re
from collections.abc import Callable
from contextlib import closing
from typing import TypeVar

from kafka.admin import MemberToRemove
from kafka.errors import GroupIdNotFoundError, KafkaError, for_code

from bus.errors import RetriableError
from bus.kafka.admin import Admin
from bus.kafka.coordinator import answered
from bus.kafka.failures import words_of

Answer = TypeVar("Answer")


async def members_of(bootstrap: str, group: str) -> frozenset[str]:
    """Client ids of the members; empty if there is no such group.

    Raises:
        RetriableError: the broker is not there, or has no coordinator for groups.
    """

    def ask(admin: Admin) -> frozenset[str]:
        return frozenset(_members_in(admin, group).values())

    return await _asked(bootstrap, group, ask)


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
        RetriableError: the broker is not there, or has no coordinator for groups.
    """

    def ask(admin: Admin) -> frozenset[str]:
        told = _members_in(admin, group)
        gone = {ident: name for ident, name in told.items() if is_gone(name)}
        if gone:
            members = [MemberToRemove(member_id=ident) for ident in gone]
            admin.remove_group_members(group, members)
        return frozenset(gone.values())

    return await _asked(bootstrap, group, ask)


async def _asked(bootstrap: str, group: str, ask: Callable[[Admin], Answer]) -> Answer:
    doing = f"members of {group} at {bootstrap}"

    def once() -> Answer:
        with closing(Admin(bootstrap, "opdbus-members")) as admin:
            return ask(admin)

    try:
        return await answered(lambda: asyncio.to_thread(once), doing)
    except (KafkaError, OSError) as error:
        raise RetriableError(f"{doing}: {words_of(error)}") from error


def _members_in(admin: Admin, group: str) -> dict[str, str]:
    """Member id → client id."""
    told = admin.describe_groups([group])[group]
    # A refusal is a text beside an empty list of members.
    if refused := re.match(r"\[Error (\d+)\]", told["error"] or ""):
        kind = for_code(int(refused[1]))
        if kind is not GroupIdNotFoundError:
            raise kind(told["error"])
    return {each["member_id"]: each["client_id"] for each in told["members"]}
