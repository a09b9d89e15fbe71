"""Mapped rows as events: told apart by id, encoded for their topic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bus.connect.rows.outcome import Made
from bus.connect.rows.shape import said_by
from bus.record import DIBATALKAN, id_maker

if TYPE_CHECKING:
    from collections.abc import Callable

    from bus.connect.files.connector import Connector
    from bus.connect.mapping.compiled import Mapped
    from bus.record import Value

    Encode = Callable[[Value], bytes]

_NOT_KEPT: Value = {}


class EventMaker:
    """Makes the events of one connector.

    Args:
        connector: compiled connector.
        source: `ce_source`, `/k3325/esakti/tb_santunan`.
        encoders: contract reference and event type → function from value to bytes.
        keep_values: leave the payload in what is made; costs memory.
    """

    def __init__(
        self,
        connector: Connector,
        source: str,
        encoders: Callable[[str, str], Encode],
        *,
        keep_values: bool,
    ) -> None:
        self._contracts = connector.compiled.contracts
        self._identify = id_maker(source)
        self._encoders = encoders
        self._routes: dict[tuple[int, str], tuple[str, Encode]] = {}
        self._keep_values = keep_values

    def made(
        self, mapped: Mapped, said: str, ref: str, operation: str, previous: str
    ) -> Made:
        """One event.

        Args:
            mapped: what the mapping gave.
            said: what it says, as comparable text.
            ref: of the row.
            operation: DIBUAT, DIKOREKSI or DIBATALKAN.
            previous: id of the row's event before it, or empty.

        Raises:
            PoisonError: the value does not fit its contract.
        """
        number, event_type, key, value, time_ms, _, _ = mapped
        if operation == DIBATALKAN:
            previous += DIBATALKAN
        found = self._identify(ref, said, previous)
        route = self._routes.get((number, event_type)) or self._route(*mapped[:2])
        data = route[1](value)
        if not self._keep_values:
            value = _NOT_KEPT
        return Made(route[0], event_type, key, value, data, found, time_ms, operation)

    def withdrawn(self, mapped: Mapped, ref: str, previous: str) -> Made:
        """DIBATALKAN for an event that was told.

        Raises:
            PoisonError: as `made`.
        """
        said = said_by(mapped, with_time=False)
        return self.made(mapped, said, ref, DIBATALKAN, previous)

    def _route(self, number: int, event_type: str) -> tuple[str, Encode]:
        contract = self._contracts[number][event_type]
        route = (contract, self._encoders(contract, event_type))
        self._routes[number, event_type] = route
        return route
