"""What becomes of each record before delivery: skip, echo, reject or deliver."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bus.connect.delivery.echo import EchoMemory, Spot, form_hash, source_app
from bus.connect.delivery.plan import DeliveryPlan, EventPlan
from bus.connect.sink import Delivery, Outcome
from bus.errors import DecodeError, PoisonError
from bus.record import Event, Record, Value, event_from, header, is_for

FILTERED, ECHO = "filtered", "echo"


class Decoder(Protocol):
    """Bytes to values; `bus.serde.Serde` is one."""

    def decode(self, data: bytes) -> tuple[str, Value]:
        """Record name and value.

        Raises:
            DecodeError: not what the contract says.
            RetriableError: the registry is away and the schema is not known yet.
        """
        ...


@dataclass(slots=True)
class Item:
    """One record on its way.

    Attributes:
        record: as read.
        event: decoded, if it was.
        delivery: what the receiver gets, if it gets it.
        skipped: `filtered` or `echo`, or empty.
        result: what became of it at the receiver, or why it was rejected.
        form: hash of the receiver's form.
    """

    record: Record
    event: Event | None = None
    delivery: Delivery | None = None
    skipped: str = ""
    result: Outcome | None = None
    form: bytes = b""

    @property
    def word(self) -> str:
        """The value of the metric label `result`."""
        if isinstance(self.result, PoisonError):
            return "rejected"
        return self.result.value if self.result else self.skipped

    @property
    def spot(self) -> Spot:
        return self.record.topic, (self.record.key or b"").decode(errors="replace")


def decoded(record: Record, data: bytes, decoder: Decoder) -> Event:
    """The event of a record.

    Args:
        record: as read.
        data: its value.
        decoder: bytes to values.

    Raises:
        DecodeError: not what the contract says, or no CloudEvents headers.
        RetriableError: a schema could not be fetched.
    """
    name, value = decoder.decode(data)
    try:
        event = event_from(record.headers, (record.key or b"").decode(), value)
    except (KeyError, ValueError) as error:
        raise DecodeError(
            "ENVELOPE_RUSAK",
            f"header CloudEvents tidak lengkap atau salah: {error}",
        ) from None
    if event.type != name:
        raise DecodeError(
            "ENVELOPE_RUSAK", f"ce_type {event.type} tetapi isinya {name}"
        )
    return event


class Sorter:
    """Sorts batches of one sink; the echo guard needs them in order.

    Args:
        plan: what the sink wants.
        decoder: bytes to values.
        memory: what was last delivered.
    """

    def __init__(
        self, plan: DeliveryPlan, decoder: Decoder, memory: EchoMemory
    ) -> None:
        self._plan = plan
        self._decoder = decoder
        self._memory = memory

    def sort(self, records: Sequence[Record]) -> list[Item]:
        """One item per record, in order.

        Raises:
            RetriableError: a schema could not be fetched.
        """
        staged: dict[Spot, tuple[bytes, str]] = {}
        return [self._one(record, staged) for record in records]

    def remember(self, items: Sequence[Item]) -> None:
        """Note what the receiver has now.

        Raises:
            StateError: the memory cannot be written.
        """
        news = {
            item.spot: (item.form, item.delivery.event_id)
            for item in items
            if item.delivery and not isinstance(item.result, PoisonError)
        }
        if news:
            self._memory.save(news)

    def close(self) -> None:
        """Close the memory."""
        self._memory.close()

    def _one(self, record: Record, staged: dict[Spot, tuple[bytes, str]]) -> Item:
        item = Item(record)
        ce_type = header(record.headers, "ce_type")
        known = not ce_type or ce_type in self._plan.events
        if record.value is None or not known or not self._takes(record):
            item.skipped = FILTERED
            return item
        try:
            item.event = decoded(record, record.value, self._decoder)
            self._prepare(item, item.event, staged)
        except PoisonError as error:
            item.delivery, item.result = None, error
        return item

    def _takes(self, record: Record) -> bool:
        return is_for(record.headers, self._plan.name)

    def _prepare(
        self, item: Item, event: Event, staged: dict[Spot, tuple[bytes, str]]
    ) -> None:
        plan = self._plan.events[event.type]
        if not plan.wanted(event):
            item.skipped = FILTERED
            return
        if source_app(event.source) == self._plan.file.app:
            item.skipped = ECHO
            return
        fields = _rendered(plan, event)
        item.form = form_hash(plan.kind, plan.lasting(fields))
        last = staged.get(item.spot) or self._memory.last(item.spot)
        if last and last[0] == item.form and last[1] != event.id:
            item.skipped = ECHO
            return
        staged[item.spot] = (item.form, event.id)
        item.delivery = Delivery(event.id, plan.kind, fields, event.time_ms, event.key)


def _rendered(plan: EventPlan, event: Event) -> dict[str, Any]:
    try:
        return plan.render(event)
    except (OverflowError, TypeError, ValueError, AttributeError) as error:
        raise DecodeError(
            "ISI_TAK_TERPETAKAN",
            f"isi {event.type} tidak dapat ditulis untuk penerima: "
            f"{type(error).__name__}",
        ) from None
