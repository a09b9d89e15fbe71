"""A task's state as it will be when the transaction in flight is committed.

The next batch is worked on meanwhile. If that commit fails, the worker ends and with
it everything that was built on it.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from bus.streams.topology.merging import merged, newest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bus.streams.wiring.state_reader import StateBytes


class StateAhead:
    """What is committed with changes above it.

    Args:
        state: what is committed.
        changes: key → value, None deletes; not to be changed any more.
    """

    def __init__(
        self, state: StateBytes, changes: Mapping[bytes, bytes | None]
    ) -> None:
        self._state = state
        self._changes = changes
        self._keys: list[bytes] | None = None

    def get(self, key: bytes) -> bytes | None:
        changes = self._changes
        return changes[key] if key in changes else self._state.get(key)

    def scan(self, first: bytes, last: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Entries with `first` <= key < `last`, in key order."""
        return merged(self._state.scan(first, last), self._changed(first, last))

    def newest(self, first: bytes, last: bytes) -> tuple[bytes, bytes] | None:
        """The entry with the greatest key for which `first` <= key < `last`."""
        changed = self._changed(first, last)
        return newest(lambda end: self._state.newest(first, end), changed, last)

    def _changed(self, first: bytes, last: bytes) -> list[tuple[bytes, bytes | None]]:
        if self._keys is None:
            self._keys = sorted(self._changes)
        keys = self._keys
        begin, end = bisect_left(keys, first), bisect_left(keys, last)
        return [(key, self._changes[key]) for key in keys[begin:end]]
