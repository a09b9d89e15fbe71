"""Dead letters as an operator sees them: what was rejected, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from bus.connect.delivery.dead import DEAD_LETTERS
from bus.contracts import topic_name
from bus.errors import ConfigError, FatalError
from bus.kafka.reader import read_committed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bus.record import Value
    from bus.serde import Serde

RESENT = "DeadLetterResent"
REDRIVES = "platform.redrive.fact.v1"
SOURCE = "SOURCE"


class Sent(NamedTuple):
    """When a letter was sent again, ms UTC, and how often it had been rejected then."""

    at_ms: int
    times: int


@dataclass(slots=True)
class Letter:
    """One rejected row or record.

    Attributes:
        id: key of its record.
        value: the newest `DeadLetter` under this key.
        times: how often it was rejected under this key.
        sent: when it was last sent again, if it was.
    """

    id: str
    value: Value
    times: int = 1
    sent: Sent | None = None

    @property
    def is_open(self) -> bool:
        """Not sent again since it was last rejected."""
        return self.sent is None or self.sent.times < self.times

    @property
    def is_row(self) -> bool:
        """A row of a source, which is read again there; else a record of a log."""
        return bool(self.value["stage"] == SOURCE)

    @property
    def where(self) -> str:
        """File and line, table and key, reference of the row, or place of the record.

        Letters of older workers have no place yet.
        """
        value = self.value
        if value.get("place"):
            return str(value["place"])
        if value["sumber_ref"]:
            return str(value["sumber_ref"])
        return f"{value['topic']}-{value['partition']}@{value['offset']}"


async def letters_of(bootstrap: str, tenant: str, serde: Serde) -> list[Letter]:
    """All dead letters of a tenant, in the order they were last rejected.

    Raises:
        RetriableError: broker or registry away.
    """
    found: dict[str, Letter] = {}
    topic = topic_name(tenant, DEAD_LETTERS)
    async for record in read_committed(bootstrap, topic):
        if not record.value or record.key is None:
            continue
        name = record.key.decode()
        old = found.pop(name, None)
        _, value = serde.decode(record.value)
        found[name] = Letter(name, value, old.times + 1 if old else 1)
    for name, last in (await sent(bootstrap, tenant, serde)).items():
        if name in found:
            found[name].sent = last
    return list(found.values())


async def sent(bootstrap: str, tenant: str, serde: Serde) -> dict[str, Sent]:
    """How each letter was last sent again, by its id.

    Raises:
        RetriableError: broker or registry away.
    """
    found: dict[str, Sent] = {}
    try:
        async for record in read_committed(bootstrap, topic_name(tenant, REDRIVES)):
            if record.value:
                value = serde.decode(record.value)[1]
                found[value["letter_id"]] = Sent(value["resent_at"], value["times"])
    except FatalError:
        return {}  # nothing was ever sent again: the topic is made then
    return found


def chosen(letters: Sequence[Letter], names: Sequence[str]) -> list[Letter]:
    """The letters whose id begins so.

    Raises:
        ConfigError: none or more than one does.
    """
    found = []
    for name in names:
        hits = [letter for letter in letters if name and letter.id.startswith(name)]
        if len(hits) != 1:
            many = (
                f"{len(hits)} dead letters begin" if hits else "no dead letter begins"
            )
            raise ConfigError(f"{many} with {name!r}; `opdbus dlq list` shows the ids")
        found += hits
    return found
