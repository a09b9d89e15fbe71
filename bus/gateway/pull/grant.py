"""A grant checked against the contracts and compiled to functions; pure."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from bus.connect.delivery.fields import Style, compile_field, compile_record
from bus.errors import ConfigError
from bus.gateway.pull.grant_file import EVERY
from bus.privacy.mask import mask_name, mask_nik
from bus.record import iso_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date, tzinfo
    from pathlib import Path

    from bus.connect.files.sink_file import Condition
    from bus.connect.rate import Rate
    from bus.contracts import Catalog, EventContract
    from bus.gateway.pull.grant_file import GrantFile, TopicGrant
    from bus.record import Event

_CLOSED = ("dlq",)
_HASH_LETTERS = 32


@dataclass(frozen=True, slots=True)
class EventRight:
    """What of one event type is read.

    Attributes:
        fields: paths as they are.
        masked: paths made unreadable → how.
        personal: those of `fields` that are personal data.
        write: an event's value as JSON with these fields only.
        wanted: whether the filter lets an event pass.
    """

    fields: tuple[str, ...]
    masked: Mapping[str, str]
    personal: tuple[str, ...]
    write: Callable[[Any], Any]
    wanted: Callable[[Event], bool]

    def row(self, event: Event) -> bytes:
        """The event as CloudEvents JSON; only `data` depends on the right."""
        found: dict[str, Any] = {
            "specversion": "1.0",
            "id": event.id,
            "source": event.source,
            "type": event.type,
            "time": iso_time(event.time_ms),
            "datacontenttype": "application/json",
            "partitionkey": event.key,
            "operation": event.operation,
            "classification": event.classification,
            "correlationid": event.correlation_id or event.id,
        }
        if event.causation_id:
            found["causationid"] = event.causation_id
        found["data"] = None if event.value is None else self.write(event.value)
        return json.dumps(found, ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True)
class TopicRight:
    """What of one topic is read.

    Attributes:
        ref: contract reference.
        topic: full name.
        events: by type.
    """

    ref: str
    topic: str
    events: Mapping[str, EventRight]


@dataclass(frozen=True, slots=True)
class Grant:
    """What one app may read.

    Attributes:
        name: of the grant.
        app: the app that reads.
        opd: the office that answers for the app.
        purpose: what for.
        legal_basis: number of the agreement.
        until: last day.
        rate: requests it may make.
        topics: by contract reference.
    """

    name: str
    app: str
    opd: str
    purpose: str
    legal_basis: str
    until: date
    rate: Rate
    topics: Mapping[str, TopicRight]


@dataclass(frozen=True, slots=True)
class Rules:
    """What grants are compiled with.

    Attributes:
        catalog: the contracts.
        tenant: tenant id.
        zone: the tenant's time zone.
        secret: the tenant's; hashed fields depend on it.
    """

    catalog: Catalog
    tenant: str
    zone: tzinfo
    secret: bytes


def compile_grant(file: GrantFile, path: Path, rules: Rules) -> Grant:
    """Check a grant against the contracts and compile it.

    Raises:
        ConfigError: unknown contracts, event types or fields, or topics that are
            never given away; all of them.
    """
    problems: list[str] = []
    topics = {}
    for ref, wanted in file.topics.items():
        try:
            topics[ref] = _topic(ref, wanted, file.grant, rules)
        except ConfigError as error:
            problems += [f"{path}: topics: {ref}: {each}" for each in error.problems]
    if problems:
        raise ConfigError(*problems)
    return Grant(
        file.grant,
        file.app,
        file.opd,
        file.purpose,
        file.legal_basis,
        file.until,
        file.rate,
        topics,
    )


def _topic(ref: str, wanted: TopicGrant, grant: str, rules: Rules) -> TopicRight:
    contract = rules.catalog.contract(ref)
    if contract.internal or contract.kind in _CLOSED:
        raise ConfigError(
            f"topics of kind {contract.kind} are the bus's own; grant a fact or state"
        )
    there = {event.type: event for event in rules.catalog.events_of(ref)}
    problems = [
        f"no event type {each!r}; there are: {', '.join(there)}"
        for each in wanted.events
        if each not in there
    ]
    chosen = [there[each] for each in wanted.events or there if each in there]
    known = {field.path for event in chosen for field in event.fields}
    problems += [
        f"no field {each!r} in {', '.join(event.type for event in chosen)}"
        for each in (*wanted.fields, *wanted.masked)
        if each != EVERY and each not in known
    ]
    if problems:
        raise ConfigError(*problems)
    events = {event.type: _event(event, wanted, grant, rules) for event in chosen}
    return TopicRight(ref, contract.topic(rules.tenant), events)


def _event(
    event: EventContract, wanted: TopicGrant, grant: str, rules: Rules
) -> EventRight:
    personal = event.personal_fields
    plain = tuple(_plain(event, wanted))
    here = {field.path for field in event.fields}
    masked = {path: how for path, how in wanted.masked.items() if path in here}
    hashed = _hasher(rules.secret, grant)
    changes: dict[str, Callable[[Any], Any]] = dict.fromkeys(plain, _same)
    for path, how in masked.items():
        changes[path] = hashed if how == "acak" else _MASKS[how]
    style = Style(rules.zone)
    return EventRight(
        plain,
        masked,
        tuple(path for path in plain if path in personal),
        compile_record(event.schema, _tree(changes), style),
        _filter(event, wanted.filter, style),
    )


def _plain(event: EventContract, wanted: TopicGrant) -> Iterator[str]:
    """Paths that are read as they are, in the order of the contract."""
    every = EVERY in wanted.fields
    for field in event.fields:
        free = every and field.path not in event.personal_fields
        if (free or field.path in wanted.fields) and field.path not in wanted.masked:
            yield field.path


def _filter(
    event: EventContract, conditions: tuple[Condition, ...], style: Style
) -> Callable[[Event], bool]:
    tests = [(compile_field(event.schema, c.field, style), c) for c in conditions]

    def wanted(found: Event) -> bool:
        return all(condition.holds(read(found.value)) for read, condition in tests)

    return wanted


def _tree(changes: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for path, change in changes.items():
        *above, name = path.split(".")
        node = tree
        for part in above:
            node = node.setdefault(part, {})
        node[name] = change
    return tree


def _same(value: Any) -> Any:
    return value


def _text_only(change: Callable[[str], str]) -> Callable[[Any], Any]:
    """What is no text is left out rather than shown."""

    def masked(value: Any) -> Any:
        if isinstance(value, list):
            return [masked(each) for each in value]
        return change(value) if isinstance(value, str) else None

    return masked


_MASKS: dict[str, Callable[[Any], Any]] = {
    "nik": _text_only(mask_nik),
    "nama": _text_only(mask_name),
}


def _hasher(secret: bytes, grant: str) -> Callable[[Any], Any]:
    """The same letters for the same value, others for every grant."""
    key = hmac.digest(secret, f"opdbus grant {grant}".encode(), "sha256")

    def hashed(value: Any) -> Any:
        if value is None:
            return None
        text = json.dumps(value, sort_keys=True, default=str).encode()
        return hmac.new(key, text, sha256).hexdigest()[:_HASH_LETTERS]

    return hashed
