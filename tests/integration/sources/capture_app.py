"""A legacy app on a real server whose changes are captured."""

import random
import re
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bus.connect.spec import Opening
from bus.testing.clock import ManualClock
from connectors.sql.config import SqlConfig
from connectors.sql.opening import open_source
from tests.conformance.legacies import drop_slot
from tests.conformance.workshop import PEOPLE, Run, connector_from, person

FILE = """
connector: {name}
app: uji
kind: sql
objek: warga
batas: {{hapus_persen: 100, tolak_persen: 100}}
source:
  url: {url}
  table: warga
  mode: {mode}
  key: [id]
  chunk_rows: {chunk}
  poll_seconds: 0.05
  slot: {slot}
"""
PLAIN = {"no_parameters": True}
TEXTS = ("nik", "nama", "no_kk", "desa", "rt", "status")


class App:
    """The table of people in a database of its own.

    Args:
        url: of the server, of a user who may do everything.
        text: type of the column `nama`.
    """

    def __init__(self, url: str, text: str = "varchar(60)") -> None:
        self.name = f"uji_{uuid.uuid4().hex[:12]}"
        self._server = sa.create_engine(url, isolation_level="AUTOCOMMIT")
        with self._server.connect() as connection:
            connection.exec_driver_sql(f"create database {self.name}")
        self.url = sa.make_url(url).set(database=self.name)
        self.engine = sa.create_engine(self.url)
        cells = ", ".join(
            f"{name} {text if name == 'nama' else 'varchar(60)'}" for name in TEXTS
        )
        self.run(f"create table warga (id int primary key, {cells})")
        self.is_postgresql = self.engine.dialect.name == "postgresql"
        if self.is_postgresql:
            self.run("create publication opdbus for table warga")

    @property
    def has_json(self) -> bool:
        """Whether the server has a type `json`; MySQL before 5.7.8 has none."""
        ((version,),) = self.root("select version()")
        numbers = tuple(int(part) for part in re.findall(r"\d+", version)[:3])
        return numbers >= (5, 7, 8)

    def run(self, *statements: str) -> None:
        """Statements in one transaction."""
        with self.engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement, None, PLAIN)

    def root(self, *statements: str) -> list[Any]:
        """Statements outside of a transaction; rows of the last."""
        rows: list[Any] = []
        with self._server.connect() as connection:
            for statement in statements:
                found = connection.exec_driver_sql(statement, None, PLAIN)
                rows = list(found) if found.returns_rows else []
        return rows

    def put(self, *numbers: int, **other: Any) -> None:
        """New rows, in one transaction."""
        names = ("id", *TEXTS)
        marks = ", ".join(f":{name}" for name in names)
        rows = [person(number, **other) for number in numbers]
        statement = sa.text(f"insert into warga ({', '.join(names)}) values ({marks})")
        with self.engine.begin() as connection:
            connection.execute(statement, rows)

    def rows(self) -> dict[int, str]:
        """id → status, as the table has it now."""
        with self.engine.begin() as connection:
            found = connection.exec_driver_sql("select id, status from warga")
            return dict(found.all())

    @contextmanager
    def captured(
        self,
        folder: Path,
        chunk: int = 3,
        url: sa.URL | None = None,
        mode: str = "cdc",
    ) -> Iterator[Run]:
        """A connector that reads it."""
        place = (url or self.url).set(drivername=self.url.get_backend_name())
        said = place.render_as_string(hide_password=False)
        name = f"uji-{uuid.uuid4().hex[:8]}"
        words = {"url": said, "chunk": chunk, "name": name, "slot": self.name}
        text = FILE.format(mode=mode, **words) + PEOPLE
        run = Run(connector_from(folder, text), ManualClock(4_000_000_000_000))
        try:
            yield run
        finally:
            run.close()

    def cells(
        self, columns: tuple[str, ...], *statements: str
    ) -> tuple[Sequence[Any], Sequence[Any]]:
        """The row that these statements put into `semua`: as captured, as selected."""
        kind = self.url.get_backend_name()
        url = self.url.set(drivername=kind).render_as_string(hide_password=False)
        block = {"url": url, "table": "semua", "key": ["id"], "poll_seconds": 0.05}
        if self.is_postgresql:
            block["slot"] = self.name
        opening = Opening("uji-sel", columns, ManualClock(), committed=lambda: None)
        source = open_source(SqlConfig(mode="cdc", **block), opening)
        position = source.poll(None).cursor
        self.run(*statements)
        batch = source.poll(position)
        while not batch.rows:
            batch = source.poll(batch.cursor)
        source.close()
        block.pop("slot", None)
        plain = open_source(SqlConfig(mode="snapshot", **block), opening)
        (captured,), (selected,) = batch.rows, plain.poll(None).rows
        plain.close()
        return captured, selected

    def close(self) -> None:
        if self.is_postgresql:
            drop_slot(self.engine, self.name)
        self.engine.dispose()
        self._server.dispose()


def disturb(app: App, dice: random.Random) -> None:
    """Some transactions as an app makes them."""
    for _ in range(dice.randint(0, 3)):
        there = sorted(app.rows())
        kind = dice.choice(["new", "change", "change", "delete", "again"])
        if kind == "new" or not there:
            app.put(max(there, default=0) + 1)
            continue
        number = dice.choice(there)
        if kind == "change":
            status = dice.choice("12")
            app.run(f"update warga set status='{status}' where id={number}")
        elif kind == "delete":
            app.run(f"delete from warga where id={number}")
        else:
            app.run(
                f"delete from warga where id={number}",
                "insert into warga (id, nik, nama, no_kk, desa, rt, status) values "
                f"({number}, '{person(number)['nik']}', 'BARU', '{person(1)['no_kk']}',"
                " '3325012001', '004', '2')",
            )


def story(run: Run) -> dict[int, list[tuple[str, str]]]:
    """Per row what was told of it: operation and status."""
    found: dict[int, list[tuple[str, str]]] = {}
    for made in run.events:
        number = int(made.value["sumber_ref"].rpartition("|")[2])
        said = (made.operation, made.value["status_dasar"])
        found.setdefault(number, []).append(said)
    return found


def last(run: Run) -> dict[int, str]:
    """id → status, as a reader of the events knows it."""
    status = {"HIDUP": "1", "MATI": "2"}
    return {
        number: status[told[-1][1]]
        for number, told in story(run).items()
        if told[-1][0] != "DIBATALKAN"
    }


def repeats(run: Run) -> Sequence[int]:
    """Rows of which the same was told twice in a row, name included."""
    before: dict[str, Any] = {}
    found = []
    for made in run.events:
        ref = made.value["sumber_ref"]
        said = (made.operation == "DIBATALKAN", made.value["status_dasar"])
        said = (*said, made.value["orang"]["nama"])  # type: ignore[assignment]
        if before.get(ref) == said:
            found.append(int(ref.rpartition("|")[2]))
        before[ref] = said
    return found
