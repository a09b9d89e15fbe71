"""Connectors for tests: loaded from text, run without a broker, step by step."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

from bus.clock import Clock
from bus.config.load import load_tenant
from bus.connect.files.connector import Connector, load_connector
from bus.connect.rows.engine import RowEngine
from bus.connect.rows.memory import RowMemory
from bus.connect.rows.outcome import Made, Refused
from bus.contracts import Catalog, topic_name
from bus.serde import Serde
from bus.testing.clock import ManualClock
from bus.testing.registry import MemoryRegistry
from ops.wiring import SOURCES, rule_book

TENANT = load_tenant(Path("ops/examples/batang/tenant.yaml"))
CATALOG = Catalog.load()
RULES = rule_book(TENANT, b"a secret of the tests, 32 bytes.")

NIK = "3325014501589001"
NO_KK = "3325011204069001"

PEOPLE = """
ref: [id]
pemetaan:
  - peristiwa: PendudukDimutakhirkan
    kunci: orang.subjek_id
    kolom:
      orang:
        subjek_id: {dari: nik, aturan: subjek}
        nik: {dari: nik, aturan: nik}
        nama: {dari: nama, aturan: nama}
      kk_id: {dari: no_kk, aturan: keluarga}
      shdk: {tetap: 1}
      alamat:
        kode_desa: {dari: desa, aturan: wilayah}
        rt: rt
      status_dasar:
        dari: status
        tabel: {"1": HIDUP, "2": MATI}
"""


def connector_from(folder: Path, text: str, name: str = "uji.yaml") -> Connector:
    """A connector loaded from YAML text, exactly as from a file."""
    path = folder / name
    path.write_text(dedent(text), encoding="utf-8")
    return load_connector(path, SOURCES, CATALOG, RULES)


def nik(number: int) -> str:
    """A valid NIK for each number up to 9998."""
    return f"332501450158{number + 1:04d}"


def person(number: int, **other: Any) -> dict[str, Any]:
    """A row of people as `PEOPLE` reads them."""
    row = {
        "id": number,
        "nik": nik(number),
        "nama": f"WARGA {'ABCDEFGHIJ'[number % 10]}",
        "no_kk": NO_KK,
        "desa": "3325012001",
        "rt": "004",
        "status": "1",
    }
    return row | other


class Run:
    """A connector at work without Kafka: what it made, and its kept position.

    `crash` forgets everything in memory, as a new process would, and goes on from
    the kept position and memory.

    Args:
        connector: loaded connector.
        clock: time of the source.
        remember: makes an empty memory.
    """

    def __init__(
        self,
        connector: Connector,
        clock: Clock | None = None,
        remember: Callable[[], RowMemory] = RowMemory,
    ) -> None:
        self._remember = remember
        self.connector = connector
        self.clock = clock or ManualClock()
        self.serde = Serde(CATALOG, MemoryRegistry())
        self.events: list[Made] = []
        self.refused: list[Refused] = []
        self.kept: str | None = None
        self._stored: dict[str, Any] = {}
        self._open()

    def _open(self) -> None:
        self.source = self.connector.open(self.clock, lambda: self.kept)
        self.memory = self._remember()
        for value in self._stored.values():
            marked = not self.source.reading.remembers_all
            self.memory.load(value, marked=marked)
        self.position = self.kept
        self.engine = RowEngine(
            self.connector,
            self.source.reading,
            self.memory,
            f"/{TENANT.id}/{self.connector.definition.app}/{self.connector.objek}",
            lambda ref, name: self.serde.encoder(topic_name(TENANT.id, ref), name),
        )

    def step(self) -> float:
        """One poll with all that follows; seconds until the next."""
        from bus.connect.rows.memory import as_record

        batch = self.source.poll(self.position)
        outcomes = [self.engine.work(batch)]
        if batch.complete:
            missing = self.engine.missing()
            self.engine.next_pass()
            outcomes.append(self.engine.withdraw(missing))
        for outcome in outcomes:
            self.events += outcome.events
            self.refused += outcome.refused
        for ref, row in self.memory.take_changes():
            if row is None:
                self._stored.pop(ref, None)
            else:
                self._stored[ref] = as_record(self.connector.name, ref, row)
        self.position = batch.cursor
        self.kept = batch.cursor if batch.resume is None else batch.resume
        return batch.next_poll_seconds

    def catch_up(self, limit: int = 10_000) -> list[Made]:
        """Steps until the source has nothing more; the new events."""
        before = len(self.events)
        for _ in range(limit):
            if self.step() > 0:
                break
        return self.events[before:]

    def crash(self) -> None:
        """Lose the process."""
        self.source.close()
        self.memory.close()
        self._open()

    def close(self) -> None:
        self.source.close()
        self.memory.close()

    @property
    def codes(self) -> list[str]:
        """Reason codes of the dead letters."""
        return [item.error.code for item in self.refused]

    def operations(self) -> Counter[str]:
        """Events by operation."""
        return Counter(made.operation for made in self.events)


def decoded(run: Run, made: Made) -> dict[str, Any]:
    """The value as a reader of the bytes gets it."""
    name, value = run.serde.decode(made.data)
    assert name == made.type
    return value
