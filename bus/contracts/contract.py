"""Data contracts as values: what a topic carries, for whom, under which rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bus.contracts.naming import COMPACTED, INTERNAL, topic_name
from bus.record import Value

Schema = dict[str, Any]

CLASSES = ("publik", "internal", "pribadi_umum", "pribadi_spesifik")
"""Personal-data classes (UU 27/2022 art. 4), weakest protection first."""

PERSONAL = frozenset({"pribadi_umum", "pribadi_spesifik"})


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """One leaf field of an event, with its Satu Data description (`domain.md` §7).

    Attributes:
        path: dotted, `almarhum.nik`; array and map levels add nothing to it.
        type: the Avro type in short, `string`, `date`, `decimal(20,2)`.
        nullable: null is allowed.
        konsep: the concept, in official Indonesian.
        definisi: what exactly it means.
        satuan: unit of measure; empty where nothing is measured.
        kode_referensi: the code list or law its values come from.
        pribadi: its class, one of `CLASSES`; an untagged field is `pribadi_umum`.
        tagged: the schema states the class itself.
    """

    path: str
    type: str
    nullable: bool
    konsep: str
    definisi: str
    satuan: str
    kode_referensi: str
    pribadi: str
    tagged: bool


@dataclass(frozen=True, slots=True)
class Example:
    """A synthetic record; the value is as in process (days, ms, Decimal)."""

    key: str
    value: Value


@dataclass(frozen=True, slots=True)
class EventContract:
    """One event type = one Avro record.

    Attributes:
        type: event type and record name, `KematianDilaporkan`; unique.
        contract: reference of the contract that owns it.
        schema: self-contained Avro schema; do not change it.
        fullname: namespace and name, as used in subject names.
        versions: all schemas of this major, oldest first, `schema` last.
        fields: leaf fields in schema order.
        classification: class of the most sensitive field, as `ce_classification`
            wants it: PUBLIK, INTERNAL, PRIBADI_UMUM or PRIBADI_SPESIFIK.
        personal_fields: dotted path → `pribadi_umum` or `pribadi_spesifik`, for
            every leaf field that is personal data.
        key_template: how the record key is made, `{tahun}|{kode_skpd}`; empty
            where the writer decides.
        examples: synthetic records.
    """

    type: str
    contract: str
    schema: Schema
    fullname: str
    versions: tuple[Schema, ...]
    fields: tuple[FieldInfo, ...]
    classification: str
    personal_fields: Mapping[str, str]
    key_template: str = ""
    examples: tuple[Example, ...] = ()

    def subject(self, topic: str) -> str:
        """Registry subject on a topic (TopicRecordNameStrategy)."""
        return f"{topic}-{self.fullname}"


@dataclass(frozen=True, slots=True)
class Contract:
    """One topic per tenant, and the promise of its owner.

    Attributes:
        ref: `sosial.santunan.fact.v1`.
        name: `sosial.santunan`.
        kind: one of `bus.contracts.naming.KINDS`.
        version: major version.
        owner: the OPD that produces the data (produsen data).
        steward: who approves the contract (walidata).
        purpose: what the data may be used for.
        key: what the record key is, `subjek_id`.
        retention: how long records are kept; zero is for ever (or until
            compacted away).
        compatibility: rule for new schema versions, `BACKWARD_TRANSITIVE`.
        freshness_seconds: target age of the newest event; None: no promise.
        legal_basis: laws and rules, one each.
        status: draft, active, deprecated or retired.
        events: event types this contract owns.
        carries: event types of other contracts that travel here too.
    """

    ref: str
    name: str
    kind: str
    version: int
    owner: str
    purpose: str
    key: str
    retention: timedelta
    compatibility: str
    events: tuple[str, ...]
    carries: tuple[str, ...] = ()
    steward: str = ""
    freshness_seconds: int | None = None
    legal_basis: tuple[str, ...] = ()
    status: str = "active"

    @property
    def compacted(self) -> bool:
        """Kafka keeps the latest record of each key."""
        return self.kind in COMPACTED

    @property
    def internal(self) -> bool:
        """For the bus's own processors only; never offered to other apps."""
        return self.kind in INTERNAL

    @property
    def retention_ms(self) -> int:
        """`retention.ms` of the topic; -1 is for ever."""
        if not self.retention:
            return -1
        return self.retention // timedelta(milliseconds=1)

    @property
    def event_types(self) -> tuple[str, ...]:
        """Every event type that may stand in the topic, own ones first."""
        return self.events + self.carries

    def topic(self, tenant: str) -> str:
        """The topic of this contract for one tenant."""
        return topic_name(tenant, self.ref)
