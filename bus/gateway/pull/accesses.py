"""Who read which personal data, when and what for: the notes read back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bus.contracts import topic_name
from bus.gateway.pull.access_book import ACCESSES, READ
from bus.kafka.reader import read_committed

if TYPE_CHECKING:
    from bus.record import Value
    from bus.serde import Serde


async def accesses_of(
    bootstrap: str, tenant: str, serde: Serde, *, since_ms: int = 0, who: str = ""
) -> list[Value]:
    """All `PersonalDataRead` of a tenant, oldest first.

    Args:
        bootstrap: Kafka bootstrap servers.
        tenant: tenant id.
        serde: decodes them.
        since_ms: only those read then or later, ms UTC.
        who: only those of this app or grant.

    Raises:
        RetriableError: broker or registry away. FatalError: nobody made the topic yet.
        DecodeError: a note that no contract describes.
    """
    found: list[Value] = []
    async for record in read_committed(bootstrap, topic_name(tenant, ACCESSES)):
        kind, value = serde.decode(record.value or b"")
        if (
            kind == READ
            and value["read_at"] >= since_ms
            and who in ("", value["app"], value["grant"])
        ):
            found.append(value)
    return sorted(found, key=lambda value: value["read_at"])
