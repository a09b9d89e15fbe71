"""Sending dead letters again: once each, for whoever rejected them, under their id.

A record that a pipeline or sink rejected is written again to the log it was read from,
byte for byte, with a header that names the one reader it is for; all others pass it
over. Its note is in the same transaction, so two operators, or a command that was
killed half-way, cannot send one letter twice. Of a row of a source nothing is sent:
the source reads the row again, as it is there now.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bus.connect.desk.letters import REDRIVES, RESENT, Letter, sent
from bus.contracts import topic_name
from bus.kafka.partitioner import partition_for
from bus.kafka.reader import read_committed
from bus.kafka.topics import ensure_topics, partition_counts
from bus.kafka.writer import TransactionalWriter
from bus.record import ATTEMPTS, REDRIVE, Event, event_id, headers_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bus.clock import Clock
    from bus.config.settings import Settings
    from bus.config.tenant import Tenant
    from bus.contracts import Catalog
    from bus.record import Headers
    from bus.serde import Serde

SENT, BEFORE, NEWER, NO_KEY = "sent", "sent before", "told anew since", "without key"
_AT_ONCE = 500
KNOWN_TRIES, KNOWN_SECONDS = 50, 0.1


@dataclass(frozen=True, slots=True)
class Post:
    """What sending needs of the process."""

    settings: Settings
    tenant: Tenant
    serde: Serde
    catalog: Catalog
    clock: Clock


class Redrive:
    """Sends letters again and keeps the notes; use it from one event loop."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._topic = topic_name(post.tenant.id, REDRIVES)

    async def send(
        self, letters: Sequence[Letter], reason: str | None, *, noted: bool = False
    ) -> Counter[str]:
        """Send records again, and note rows that are read again.

        Args:
            letters: those of sources are only noted: `Desk.reread` has them read.
            reason: why, for those who come later.
            noted: send nothing, only note: they were settled otherwise.

        Returns:
            How many were `sent`, were `sent before`, were `told anew since` (a newer
            record of their key is in a compacted topic), or are `without key`.

        Raises:
            RetriableError: broker or registry away. FencedError: another operator
            sends at this moment.
        """
        post, found = self._post, Counter[str]()
        bootstrap, tenant = post.settings.bootstrap, post.tenant
        await asyncio.to_thread(self._make_topic)
        writer = TransactionalWriter(bootstrap, f"redrive-{tenant.id}")
        await writer.start()
        try:
            times = await sent(bootstrap, tenant.id, post.serde)
            ready = []
            for letter in letters:
                letter.sent = times.get(letter.id)
                word = await self._verdict(letter, noted=noted)
                found[word] += 1
                if word == SENT:
                    ready.append(letter)
            for start in range(0, len(ready), _AT_ONCE):
                some = ready[start : start + _AT_ONCE]
                records = [] if noted else [x for x in some if not x.is_row]
                await self._write(writer, some, records, reason)
        finally:
            await writer.stop()
        return found

    def _make_topic(self) -> None:
        """Make the topic of the notes; a broker knows a new one after a moment."""
        post, pause = self._post, threading.Event()
        if ensure_topics(post.settings, post.catalog, post.tenant, [REDRIVES]):
            for _ in range(KNOWN_TRIES):
                if self._topic in partition_counts(post.settings):
                    return
                pause.wait(KNOWN_SECONDS)

    async def _verdict(self, letter: Letter, *, noted: bool) -> str:
        if not letter.is_open:
            return BEFORE
        if noted or letter.is_row:
            return SENT
        if letter.value["key"] is None:
            return NO_KEY
        return NEWER if await self._superseded(letter) else SENT

    async def _superseded(self, letter: Letter) -> bool:
        """Whether sending it would hide a newer record of its key from compaction."""
        value = letter.value
        ref = value["topic"].partition(".")[2]
        if not self._post.catalog.contract(ref).compacted:
            return False
        key = value["key"].encode()
        reading = read_committed(
            self._post.settings.bootstrap, value["topic"], [value["partition"]]
        )
        newer = False
        async for record in reading:
            newer = newer or (record.key == key and record.offset > value["offset"])
        return newer

    async def _write(
        self,
        writer: TransactionalWriter,
        letters: Sequence[Letter],
        records: Sequence[Letter],
        reason: str | None,
    ) -> None:
        now = self._post.clock.now_ms()
        count = await writer.partition_count(self._topic)
        await writer.begin()
        for letter in records:
            value = letter.value
            at = value["topic"], value["partition"], value["key"].encode()
            writer.append(*at, value["payload"], _headers(letter))
        for letter in letters:
            note = self._note(letter, now, reason)
            key = note.key.encode()
            data = self._post.serde.encode(self._topic, RESENT, note.value or {})
            place = self._topic, partition_for(key, count), key
            writer.append(*place, data, headers_of(note))
        await writer.commit()

    def _note(self, letter: Letter, now_ms: int, reason: str | None) -> Event:
        value, source = letter.value, f"/{self._post.tenant.id}/operator"
        return Event(
            type=RESENT,
            key=letter.id,
            value={
                "letter_id": letter.id,
                "stage": value["stage"],
                "origin": value["origin"],
                "code": value["code"],
                "ce_id": value["ce_id"],
                "times": letter.times,
                "reason": reason,
                "resent_at": now_ms,
            },
            id=event_id(source, RESENT, letter.id, str(now_ms)),
            source=source,
            time_ms=now_ms,
            classification="INTERNAL",
            causation_id=value["ce_id"],
        )


def _headers(letter: Letter) -> Headers:
    """The record's own headers, whom it is for, and how often it was tried."""
    value = letter.value
    ours = (REDRIVE, ATTEMPTS)
    kept = [(n, v.encode()) for n, v in (value["headers"] or {}).items()]
    return [
        *((name, text) for name, text in kept if name not in ours),
        (REDRIVE, value["origin"].encode()),
        (ATTEMPTS, str(value["attempts"]).encode()),
    ]
