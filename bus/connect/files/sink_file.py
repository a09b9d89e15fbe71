"""A sink's YAML: what it takes, for whom, how it is written in the receiver's words.

    connector: esakti-inbox
    kind: sql-inbox
    app: esakti                  # events that came from this app are not sent back
    topics: [sosial.santunan.fact.v1]
    filter: [{field: penerima, equals: INSPEKTORAT}]
    sink: {url: "${ESAKTI_URL}"}
    mapping:                     # event types without an entry are skipped
      SantunanDisiapkan:
        jenis: KLAIM_TERISI
        isi:
          nama_alm: almarhum.nama
          tgl_lahir_alm: {field: almarhum.tgl_lahir, format: "%d-%m-%Y"}

Only fields named here reach the receiver. `extends` and line numbers as in a
source's YAML.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from bus.config.tenant import Frozen
from bus.connect.files.document import Document, expand, read_document
from bus.connect.files.problems import Model, Problems


class FieldSpec(Frozen):
    """Where one of the receiver's fields comes from.

    Attributes:
        field: path in the event's value, or `$id`, `$key`, `$type`, `$source`,
            `$operation`, `$time` of its envelope.
        constant: a fixed value instead.
        format: strftime pattern for a date or time; default is ISO 8601.
        remove: characters to take out, `.` of a region code.
        mask: hide most of a value: `nik` or `nama`.
        values: receiver's codes by ours; a value not listed stays as it is.
    """

    field: str | None = None
    constant: str | int | bool | None = None
    format: str | None = None
    remove: str = ""
    mask: Literal["nik", "nama"] | None = None
    values: Mapping[str, str] = Field(default_factory=dict)


class EventSpec(Frozen):
    """How one event type is written.

    Attributes:
        jenis: the receiver's word for it; default is the event type.
        isi: receiver's field → path or `FieldSpec`.
    """

    jenis: str | None = None
    isi: Mapping[str, str | FieldSpec]


class Condition(Frozen):
    """One condition on the event's value; all conditions must hold."""

    field: str
    equals: str | int | bool | None = None
    one_of: tuple[str | int | bool, ...] | None = None
    starts_with: str | None = None

    def holds(self, found: Any) -> bool:
        if self.one_of is not None:
            return found in self.one_of
        if self.starts_with is not None:
            return isinstance(found, str) and found.startswith(self.starts_with)
        return bool(found == self.equals)


class RetrySpec(Frozen):
    """Waiting between attempts while the receiver is away: doubling up to a limit."""

    first_seconds: float = Field(default=0.5, gt=0)
    most_seconds: float = Field(default=30.0, gt=0)


class SinkFile(Frozen):
    """The YAML of one sink; see the module's text for an example.

    Attributes:
        connector: name, unique in the tenant; part of the consumer group.
        kind: which `SinkSpec`.
        app: receiving app or office; the echo guard compares it with `ce_source`.
        topics: contract references.
        event_types: default is all types of `mapping`.
        filter: conditions on the value.
        sink: settings of the kind.
        mapping: event type → how it is written.
        batch: most events written at once.
        start: `earliest` or `latest`, for a sink that has never run.
        retry: how to wait for an absent receiver.
    """

    connector: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")
    kind: str
    app: str
    topics: tuple[str, ...] = Field(min_length=1)
    event_types: tuple[str, ...] | None = None
    filter: tuple[Condition, ...] = ()
    sink: Mapping[str, Any] = Field(default_factory=dict)
    mapping: Mapping[str, EventSpec] = Field(min_length=1)
    batch: int = Field(default=500, ge=1, le=10_000)
    start: Literal["earliest", "latest"] = "earliest"
    retry: RetrySpec = RetrySpec()


@dataclass(frozen=True, slots=True)
class SinkDocument:
    """A sink file as read: its content and where each key stands."""

    file: SinkFile
    document: Document

    def settings(self, model: type[Model]) -> Model:
        """The `sink:` part with `${NAME}` filled in, validated by its kind's model.

        Raises:
            ConfigError: variables not set, or values not valid; all of them.
        """
        found = expand(dict(self.file.sink), self.document.where(("sink",)))
        problems = Problems(self.document)
        return problems.refused_or(problems.block(found, ("sink",), model))


def read_sink(path: Path, kinds: Mapping[str, object] | None = None) -> SinkDocument:
    """Read and validate one sink file; needs no environment variables.

    Args:
        path: the file.
        kinds: names it may give as its kind; None takes any.

    Raises:
        ConfigError: every problem, with file and line.
    """
    document = read_document(path)
    problems = Problems(document)
    file = problems.block(document.data, (), SinkFile)
    if kinds is not None:
        problems.kind(kinds)
    return SinkDocument(problems.refused_or(file), document)
