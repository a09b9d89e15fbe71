"""Records to the rows an app may see, until a page is full; pure."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bus.connect.delivery.sort import decoded
from bus.errors import DecodeError, PoisonError
from bus.record import DIBATALKAN, REDRIVE, Event, event_id, header

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bus.connect.delivery.sort import Decoder
    from bus.gateway.pull.grant import TopicRight
    from bus.record import Record

GONE = "Tombstone"
"""Type of a key that was deleted, where no header names one."""


@dataclass(slots=True)
class Page:
    """An answer in the making.

    Attributes:
        most_rows: rows it may have.
        most_bytes: bytes of all its rows; the first row may be larger.
        rows: events as JSON.
        unread: records that are not what the contract says.
        size: bytes of `rows`.
        seen: records looked at.
        personal: rows that tell of persons, masked or not, by event type.
    """

    most_rows: int
    most_bytes: int
    rows: list[bytes] = field(default_factory=list)
    unread: list[dict[str, Any]] = field(default_factory=list)
    size: int = 0
    seen: int = 0
    personal: Counter[str] = field(default_factory=Counter)

    @property
    def room(self) -> int:
        """Rows that still fit."""
        return self.most_rows - len(self.rows) - len(self.unread)

    def fill(
        self, records: Sequence[Record], right: TopicRight, decoder: Decoder
    ) -> Mapping[int, int]:
        """Add rows in order.

        Args:
            records: in order within each partition.
            right: what may be seen.
            decoder: bytes to values.

        Returns:
            Partition → offset of the first record that did not fit; empty when
            all did.

        Raises:
            RetriableError: a schema could not be fetched.
        """
        for number, record in enumerate(records):
            row = self._row(record, right, decoder)
            if row and self.rows and self.size + len(row) > self.most_bytes:
                left: dict[int, int] = {}
                for each in records[number:]:
                    left.setdefault(each.partition, each.offset)
                return left
            self.seen += 1
            if row:
                self.rows.append(row)
                self.size += len(row)
        return {}

    def _row(self, record: Record, right: TopicRight, decoder: Decoder) -> bytes | None:
        told = header(record.headers, "ce_type")
        if told and told not in right.events:
            return None
        if header(record.headers, REDRIVE):
            return None  # sent again for one reader of the bus; told before
        if record.value is None:
            return next(iter(right.events.values())).row(_deleted(record, told))
        try:
            event = decoded(record, record.value, decoder)
            kind = right.events.get(event.type)
            if kind is None or not kind.wanted(event):
                return None
            row = _written(kind.row, event)
        except PoisonError as error:
            self.unread.append(
                {
                    "partisi": record.partition,
                    "offset": record.offset,
                    "kode": error.code,
                    "pesan": error.message,
                }
            )
            return None
        if kind.personal or kind.masked:
            self.personal[event.type] += 1
        return row

    def json(self, cursor: str, *, more: bool) -> bytes:
        """The body of the answer."""
        rest: dict[str, Any] = {"kursor": cursor, "lagi": more}
        if self.unread:
            rest["tak_terbaca"] = self.unread
        told = json.dumps(rest, ensure_ascii=False).encode()
        return b'{"peristiwa":[' + b",\n".join(self.rows) + b"]," + told[1:]


def _written(write: Any, event: Event) -> bytes:
    try:
        row: bytes = write(event)
    except (OverflowError, TypeError, ValueError, AttributeError) as error:
        raise DecodeError(
            "ISI_TAK_TERPETAKAN",
            f"isi {event.type} tidak dapat ditulis: {type(error).__name__}",
        ) from None
    return row


def _deleted(record: Record, told: str | None) -> Event:
    """A key whose value is gone: as an event without data."""
    ident = header(record.headers, "ce_id") or event_id(
        record.topic, str(record.partition), str(record.offset)
    )
    return Event(
        type=told or GONE,
        key=(record.key or b"").decode(errors="replace"),
        value=None,
        id=ident,
        source=header(record.headers, "ce_source") or f"/{record.topic}",
        time_ms=record.timestamp_ms,
        operation=DIBATALKAN,
        classification="INTERNAL",
    )
