"""State of one task in memory: for the audit and for tests of topologies."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class MemoryState(dict[bytes, bytes]):
    """A dictionary that can be walked in key order; change it with `apply` only."""

    def __init__(self) -> None:
        super().__init__()
        self._keys: list[bytes] = []
        self._added: list[bytes] = []
        self._listed: set[bytes] = set()

    def apply(self, changes: Iterable[tuple[bytes, bytes | None]]) -> None:
        """Take committed changes over; None deletes."""
        for key, value in changes:
            if value is None:
                self.pop(key, None)
                continue
            if key not in self._listed:
                self._listed.add(key)
                self._added.append(key)
            self[key] = value

    def scan(self, first: bytes, last: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Entries with `first` <= key < `last`, in key order."""
        if self._added:
            self._settle()
        begin, end = bisect_left(self._keys, first), bisect_left(self._keys, last)
        for key in self._keys[begin:end]:
            value = self.get(key)
            if value is not None:
                yield key, value

    def newest(self, first: bytes, last: bytes) -> tuple[bytes, bytes] | None:
        """The entry with the greatest key for which `first` <= key < `last`."""
        if self._added:
            self._settle()
        keys = self._keys
        for at in range(bisect_left(keys, last) - 1, -1, -1):
            if keys[at] < first:
                return None
            value = self.get(keys[at])
            if value is not None:
                return keys[at], value
        return None

    def _settle(self) -> None:
        """Merge new keys in; deleted ones stay listed until they are the most."""
        if len(self._listed) > 2 * len(self):
            self._listed = set(self)
            self._keys = sorted(self)
        else:
            self._keys += self._added
            self._keys.sort()  # two runs in order: a merge
        self._added = []
