"""Committed state of one task: bytes on disk, decoded values for the handlers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bus.record import Value
    from bus.serde import Serde


class StateBytes(Protocol):
    """Committed state of one task as bytes."""

    def get(self, key: bytes) -> bytes | None: ...
    def scan(self, first: bytes, last: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Entries with `first` <= key < `last`, in key order."""
        ...

    def newest(self, first: bytes, last: bytes) -> tuple[bytes, bytes] | None:
        """The entry with the greatest key for which `first` <= key < `last`."""
        ...


class StateValues:
    """Committed state decoded on demand; what was read by key is noted.

    Args:
        state: the state; it stays as it is while this is in use.
        serde: decodes values.

    Attributes:
        read: state key → value, of the keys that were looked at.
    """

    __slots__ = ("_decode", "_state", "read")

    def __init__(self, state: StateBytes, serde: Serde) -> None:
        self._state = state
        self._decode = serde.decode
        self.read: dict[bytes, bytes | None] = {}

    def get(self, store: str, key: str) -> Value | None:
        place, read = state_key(store, key), self.read
        if place in read:
            found = read[place]
        else:
            found = read[place] = self._state.get(place)
        return None if found is None else self._decode(found)[1]

    def scan(self, store: str, first: str, last: str) -> Iterator[tuple[str, Value]]:
        skipped = len(store.encode()) + 1
        found = self._state.scan(state_key(store, first), state_key(store, last))
        for key, data in found:
            yield key[skipped:].decode(), self._decode(data)[1]

    def newest(self, store: str, first: str, last: str) -> tuple[str, Value] | None:
        found = self._state.newest(state_key(store, first), state_key(store, last))
        if found is None:
            return None
        key, data = found
        return key.decode()[len(store) + 1 :], self._decode(data)[1]


def state_key(store: str, key: str) -> bytes:
    """Key of a state entry, in the changelog and in the local store."""
    return f"{store}/{key}".encode()
