"""Who may read which topic: the exact commands for Kafka's own access lists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bus.contracts import topic_name
from bus.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bus.contracts import Catalog, Contract

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
PERSONAL = "PRIBADI_"
ADMIN = "python -m kafka.admin -b"


def commands(
    catalog: Catalog,
    tenant: str,
    place: tuple[str, str],
    refs: Sequence[str],
    *,
    taking: bool = False,
) -> Iterator[str]:
    """One command for each thing a reader is given, or loses.

    Args:
        catalog: the contracts.
        tenant: whose topics.
        place: bootstrap servers, and the login's name; also its consumer group.
        refs: contract references of the topics.
        taking: take it away instead.

    Raises:
        ConfigError: no such contract, or one that no app may read; all of them.
    """
    bootstrap, name = place
    problems = [*_problems(catalog, name, refs)]
    if problems:
        raise ConfigError(*problems)
    verb = "acls delete" if taking else "acls create"
    who = f"{ADMIN} {bootstrap} {verb} --principal User:{name} --operation read"
    for ref in refs:
        contract = catalog.contract(ref)
        if is_personal(catalog, contract):
            yield f"# {ref} holds personal data: {contract.purpose}"
        topic = topic_name(tenant, ref)
        yield f"{who} --resource-type topic --resource-name {topic}"
    yield f"{who} --resource-type group --resource-name {name}"


def is_personal(catalog: Catalog, contract: Contract) -> bool:
    """Whether a topic holds personal data."""
    types = (catalog.event(name) for name in contract.event_types)
    return any(event.classification.startswith(PERSONAL) for event in types)


def _problems(catalog: Catalog, name: str, refs: Sequence[str]) -> Iterator[str]:
    if not NAME.fullmatch(name):
        yield f"{name!r} is no name of a login: small letters, digits, hyphens"
    known = {contract.ref: contract for contract in catalog.contracts}
    for ref in refs:
        if ref not in known:
            yield f"{ref}: no such contract; `opdbus topics list` shows them"
        elif known[ref].internal or known[ref].name.startswith("platform."):
            yield f"{ref}: for the bus alone; no app is given it"
