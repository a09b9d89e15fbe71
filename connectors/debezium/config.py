"""The `source:` block of a Debezium connector."""

from typing import Literal

from pydantic import Field, model_validator

from bus.connect.spec import Frozen

Kind = Literal[
    "date", "timestamp", "timestamp-micro", "timestamp-nano", "time", "time-micro"
]


class DebeziumConfig(Frozen):
    """Which topic, and how its records are written.

    Attributes:
        bootstrap: Kafka that Debezium writes to, usually `${OPDBUS_BOOTSTRAP}`.
        topic: one table's topic, `server.database.table`.
        format: `json`, with schemas or without, or `avro` with a schema registry.
        registry: URL of that registry.
        types: for `json` without schemas: column → what its number means: days for
            `date`, milliseconds, `-micro` or `-nano` seconds for others.
        poll_seconds: longest wait for a record.
        chunk_rows: records taken at once and sent in one transaction.
        settle_seconds: of a topic of several partitions: how long the rows of a
            snapshot wait for those that are still on their way to other partitions.
    """

    bootstrap: str = Field(min_length=1)
    topic: str = Field(min_length=1)
    format: Literal["json", "avro"] = "json"
    registry: str = ""
    types: dict[str, Kind] = Field(default_factory=dict)
    poll_seconds: float = Field(default=1.0, ge=0.05)
    chunk_rows: int = Field(default=2000, ge=1, le=50_000)
    settle_seconds: float = Field(default=30.0, ge=0)

    @model_validator(mode="after")
    def _fits_together(self) -> "DebeziumConfig":
        if self.format == "avro" and not self.registry:
            raise ValueError("format avro needs `registry`, the URL of its schemas")
        if self.format == "avro" and self.types:
            raise ValueError("format avro tells the types itself: no `types`")
        return self
