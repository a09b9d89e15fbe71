"""What a keyed state amounts to: how many keys, and a sum over all entries.

It moves with each change at little cost, does not depend on the order of changes, and
is committed in the same transaction as the changes. So a state that was rebuilt from
its changelog can be proven whole: a record missing anywhere changes the sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MASK = (1 << 64) - 1
_FORM = "1"


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Number of keys and sum of the entries' checksums, modulo 2^64."""

    keys: int = 0
    total: int = 0

    def after(
        self,
        changes: Mapping[bytes, bytes | None],
        before: Callable[[bytes], bytes | None],
    ) -> Fingerprint:
        """The fingerprint once these changes are made.

        Args:
            changes: key → new value, None deletes.
            before: the value a key has now, or None.
        """
        keys, total = self.keys, self.total
        for key, value in changes.items():
            base = crc32(key)
            old = before(key)
            if old is not None:
                keys -= 1
                total -= crc32(old, base)
            if value is not None:
                keys += 1
                total += crc32(value, base)
        return Fingerprint(keys, total & _MASK)

    def __str__(self) -> str:
        return f"{_FORM} {self.keys} {self.total}"


def parse_fingerprint(text: str) -> Fingerprint | None:
    """The inverse of `str(fingerprint)`; None for any other text."""
    form, *numbers = text.split(" ")
    if form != _FORM or len(numbers) != 2:  # noqa: PLR2004 - keys and total
        return None
    keys, total = numbers
    if not (keys.isdecimal() and total.isdecimal()):
        return None
    return Fingerprint(int(keys), int(total))
