"""Answers of posts by key, so that a repetition gets the first answer; pure."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from bus.connect.push import PostRefusedError, Sender


@dataclass(frozen=True, slots=True)
class Answer:
    """What a post is answered.

    Attributes:
        status: of HTTP.
        body: JSON.
    """

    status: int
    body: dict[str, Any]


@dataclass(slots=True)
class Entry:
    """One key: what came with it, and the answer as soon as there is one."""

    digest: bytes
    answer: asyncio.Future[Answer] = field(default_factory=asyncio.Future)


class Answered:
    """The newest keys of one connector, those under way included.

    Args:
        most: keys kept; the oldest one is forgotten first.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._entries: OrderedDict[tuple[str, str | bytes], Entry] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def claim(self, sender: Sender, body: bytes) -> tuple[Entry, bool]:
        """The entry of a post, and whether it is a repetition.

        Without a key the body is its own.

        Raises:
            PostRefusedError: 422, the key came with another body before.
        """
        digest = blake2b(body, digest_size=16).digest()
        at = (sender.name, sender.key or digest)
        found = self._entries.get(at)
        if found is None:
            found = self._entries[at] = Entry(digest)
            while len(self._entries) > self._most:
                self._entries.popitem(last=False)
            return found, False
        if found.digest != digest:
            raise PostRefusedError(
                422,
                "KUNCI_DIPAKAI_LAIN",
                "kunci kiriman ini sudah dipakai untuk isi yang lain; beri setiap "
                "kiriman kunci sendiri, dan kirim ulang dengan isi yang sama",
            )
        return found, True

    def forget(self, sender: Sender, entry: Entry) -> None:
        """It got no answer worth keeping; a repetition is tried anew."""
        at = (sender.name, sender.key or entry.digest)
        if self._entries.get(at) is entry:
            del self._entries[at]
