"""When chatty devices were heard last, kept over a restart.

A record for each reading would be what `edge:` is there to spare. So one record says
how far readings were read, and names the devices that had not been heard for a while
then; the others had. A device of the named that is heard again gets its own record,
so does each that is heard for the first time after a restart.
After a restart nobody is silent too early, and at most a quarter of the time late.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bus.connect.edge.device import Device

HEARD = "@edge-heard"
"""Reference of the record in the source's memory."""
_PARTS = 8


class Kept(NamedTuple):
    """What is known after a restart.

    Attributes:
        newest: how far readings were read, ms.
        base: since when silence counts, ms.
        late: device → when it was heard, of those not heard for a while.
    """

    newest: int
    base: int
    late: Mapping[str, int]


class Heard:
    """Decides when and what is kept.

    Args:
        limit_ms: how long a silent device is silent; 0 is never.
    """

    def __init__(self, limit_ms: int) -> None:
        self._step = limit_ms // _PARTS
        self._marked: int | None = None
        self._kept: Kept | None = None

    def is_named(self, device: Device, newest: int) -> bool:
        """Whether a device belongs to those that are named."""
        if not self._step:
            return False
        return device.heard > device.last or newest - device.last > self._step

    def mark(
        self, newest: int, base: int, talking: Iterable[tuple[str, Device]]
    ) -> bytes | None:
        """The record to keep now; None while the one before it will do.

        Args:
            newest: time of the newest reading.
            base: since when silence counts.
            talking: devices that are not silent.
        """
        if not self._step or not newest:
            return None
        if self._marked is not None and newest - self._marked < self._step:
            return None
        self._marked = newest
        named = ((key, each) for key, each in talking if self.is_named(each, newest))
        late = {key: device.heard_by for key, device in named}
        text = json.dumps([newest, base, late], ensure_ascii=False)
        return text.encode()

    def load(self, data: bytes) -> None:
        """Take over the record as kept."""
        self._kept = Kept(*json.loads(data))
        self._marked = self._kept.newest

    def take_kept(self) -> Kept | None:
        """What was kept before this start; only once."""
        kept, self._kept = self._kept, None
        return kept

    def heard_by(self, kept: Kept, key: str) -> int:
        """Until when a device may have been heard, ms."""
        return kept.late.get(key, kept.newest + self._step)
