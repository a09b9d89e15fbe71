"""How long partitions stood still while records kept coming."""

import threading
import time

from bus.errors import OpdBusError
from tests.chaos.field import Field

LOOK_SECONDS = 0.2


class Stall:
    """Looks at committed positions from a thread; use as a context manager.

    Attributes:
        longest: seconds between two moves of one partition, the longest so far.
    """

    def __init__(self, field: Field) -> None:
        self.longest = 0.0
        self._field = field
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Stall":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join(30)

    def _look(self) -> None:
        stand = self._field.positions()
        moved = [time.monotonic()] * len(stand)
        while not self._ending.wait(LOOK_SECONDS):
            try:
                found = self._field.positions()
            except OpdBusError:
                continue
            now = time.monotonic()
            for place, position in enumerate(found):
                self.longest = max(self.longest, now - moved[place])
                if position > stand[place]:
                    moved[place] = now
            stand = found
