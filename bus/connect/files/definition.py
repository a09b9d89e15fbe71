"""A connector file as written, before its mapping is compiled."""

from typing import Any, Literal

from pydantic import Field

from bus.config.tenant import Frozen
from bus.connect.files.agent_block import AgentBlock
from bus.connect.files.edge_block import Edge
from bus.connect.mapping.model import Mapping, RefPart, Table


class Limits(Frozen):
    """When a source stops itself instead of going on (`batas:`).

    Attributes:
        tolak_persen: rejected rows of one pass, in percent, above which it pauses.
        minimum_baris: with fewer rows in the pass nothing is judged.
        hapus_persen: remembered rows that one pass may find deleted, in percent.
        minimum_hapus: this many deletions are always allowed.
    """

    tolak_persen: float = Field(default=50.0, ge=0, le=100)
    minimum_baris: int = Field(default=200, ge=1)
    hapus_persen: float = Field(default=50.0, ge=0, le=100)
    minimum_hapus: int = Field(default=20, ge=0)


class Expected(Frozen):
    """An event a test row must give.

    Attributes:
        peristiwa: event type.
        kunci: record key, if it matters.
        operasi: operation, if it matters.
        nilai: dotted target field → value as text, list or null; others are free.
    """

    peristiwa: str
    kunci: str | None = None
    operasi: Literal["DIBUAT", "DIKOREKSI", "DIBATALKAN"] | None = None
    nilai: dict[str, Any] = Field(default_factory=dict)


class TestRow(Frozen):
    """A row kept in the file to prove the mapping (`uji:`).

    Attributes:
        nama: what it shows.
        baris: column → value; columns left out are null.
        sebelum: how the row was when it was read before: the columns that differ;
            without it the row was never seen.
        hasil: the events it gives; exactly these.
        tolak: the reason code it is rejected with.
    """

    __test__ = False

    nama: str
    baris: dict[str, Any]
    sebelum: dict[str, Any] | None = None
    hasil: tuple[Expected, ...] = ()
    tolak: str | None = None


class SourceDefinition(Frozen):
    """One source connector.

    Attributes:
        connector: its name: topic-safe, unique in the tenant, never changed later
            (position and memory hang on it).
        app: the legacy app, `esakti`; first part of `sumber_ref`.
        kind: technology, `sql`, `csv`, `excel`, `rest`.
        objek: table or sheet name for `sumber_ref`; default is what is read.
        keterangan: for people.
        source: block of the technology.
        agent: where the app is read by `opdbus agent`, over a bad line.
        edge: for chatty devices: which of their readings count.
        ref: columns that identify a row for ever.
        tabel: code tables by name.
        pemetaan: one block per event a row can become.
        batas: when to pause.
        uji: rows that prove the mapping.
    """

    connector: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{1,60}$")
    app: str = Field(pattern=r"^[a-z0-9-]{2,30}$")
    kind: str
    objek: str = ""
    keterangan: str = ""
    source: dict[str, Any]
    agent: AgentBlock | None = None
    edge: Edge | None = None
    ref: tuple[str | RefPart, ...] = Field(min_length=1)
    tabel: dict[str, Table] = Field(default_factory=dict)
    pemetaan: tuple[Mapping, ...] = Field(min_length=1)
    batas: Limits = Limits()
    uji: tuple[TestRow, ...] = ()
