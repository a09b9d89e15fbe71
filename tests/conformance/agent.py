"""A connector whose rows take the way through an agent's spool, without a network."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bus.agent.frame import Seal, unpacked
from bus.agent.reader import Reader
from bus.agent.spool import Spool
from bus.clock import Clock
from bus.connect.files.connector import Connector
from bus.connect.source import Batch, Reading, Source

SEAL = Seal("x" * 32, "uji")


class Through:
    """Frames of a spool, as the other end gets them; reads when there are no more."""

    def __init__(self, connector: Connector, path: Path, clock: Clock) -> None:
        self._columns = connector.compiled.columns
        self._remembers_all = connector.remembers_all
        self._spool = Spool(path, connector.name)
        self._reader = Reader(connector, self._spool, SEAL, clock, 2)

    @property
    def reading(self) -> Reading:
        return Reading(remembers_all=self._remembers_all)

    def poll(self, cursor: str | None) -> Batch:
        number = json.loads(cursor)["number"] + 1 if cursor else 1
        wait = 0.0
        if number == self._spool.next:
            wait = self._reader.step()
        frame = self._spool.frame(number)
        if frame is None:
            kept = json.dumps({"number": number - 1})
            return Batch(self._columns, [], kept, next_poll_seconds=wait)
        piece = unpacked(frame, SEAL, self._spool.place(number))
        return piece.batch(json.dumps({"number": number}))

    def check(self) -> list[str]:
        return []

    def close(self) -> None:
        self._reader.close()
        self._spool.close()


@dataclass(frozen=True, slots=True)
class AtAgent(Connector):
    """The same connector, read by an agent."""

    spool: Path = field(default_factory=Path)

    def open(
        self, clock: Clock, committed: Callable[[], str | None] | None = None
    ) -> Source:
        del committed
        return Through(self.source, self.spool, clock)

    @property
    def source(self) -> Connector:
        return Connector(
            self.definition,
            self.compiled,
            self.spec,
            self.objek,
            self.remembers_all,
            self.path,
        )


def at_agent(connector: Connector, spool: Path) -> AtAgent:
    """Put an agent between a connector and its app."""
    return AtAgent(
        connector.definition,
        connector.compiled,
        connector.spec,
        connector.objek,
        connector.remembers_all,
        connector.path,
        spool,
    )
