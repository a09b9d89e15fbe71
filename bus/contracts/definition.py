"""The content of a `contract.yaml`, validated."""

from typing import Literal

from pydantic import Field

from bus.config.tenant import Frozen

Kind = Literal["fact", "state", "dlq", "repartition", "changelog"]
Compatibility = Literal[
    "BACKWARD",
    "BACKWARD_TRANSITIVE",
    "FORWARD",
    "FORWARD_TRANSITIVE",
    "FULL",
    "FULL_TRANSITIVE",
    "NONE",
]


class Definition(Frozen):
    """One `contract.yaml`; its folder gives the domain and the entity.

    Attributes:
        kind: kind of topic.
        version: major version; its schemas stand in the folder `v<version>`.
        status: life of the contract.
        owner: the OPD that produces the data (produsen data, Perpres 39/2019).
        steward: who approves it (walidata).
        purpose: what the data may be used for.
        legal_basis: laws and rules, one each.
        key: what the record key is.
        key_from: template of the key by event type, `{tahun}|{kode_skpd}`; dotted
            paths into the value.
        compatibility: rule for new schema versions.
        retention_days: days records are kept; absent: for ever or compacted.
        freshness_seconds: target age of the newest event.
        events: event types owned, one `.avsc` each.
        carries: event types of other contracts that travel here too.
    """

    kind: Kind
    version: int = Field(default=1, ge=1)
    status: Literal["draft", "active", "deprecated", "retired"] = "active"
    owner: str = Field(min_length=1)
    steward: str = ""
    purpose: str = Field(min_length=1)
    legal_basis: tuple[str, ...] = ()
    key: str = Field(min_length=1)
    key_from: dict[str, str] = Field(default_factory=dict)
    compatibility: Compatibility = "BACKWARD_TRANSITIVE"
    retention_days: int | None = Field(default=None, ge=1)
    freshness_seconds: int | None = Field(default=None, ge=1)
    events: tuple[str, ...] = ()
    carries: tuple[str, ...] = ()
