"""Real legacy systems in a temporary folder: a database file, CSV, a workbook."""

import csv
import sqlite3
import threading
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import sqlalchemy as sa

from tests.conformance.workshop import PEOPLE
from tests.fixtures.rest_app import RestApp

COLUMNS = ("id", "nik", "nama", "no_kk", "desa", "rt", "status")
SNAPSHOT = """
connector: uji
app: uji
kind: {kind}
objek: warga
batas: {{hapus_persen: 100}}
source: {source}
"""


class SqliteLegacy:
    """One table in a database file."""

    def __init__(self, folder: Path, chunk: int) -> None:
        self.path = folder / "app.db"
        self._chunk = chunk
        with sqlite3.connect(self.path) as database:
            database.execute(
                "create table warga (id integer primary key, nik text, nama text,"
                " no_kk text, desa text, rt text, status text)"
            )
        database.close()

    def connector(self) -> str:
        source = (
            f"{{url: 'sqlite:///{self.path}', table: warga, mode: snapshot-diff,"
            f" key: [id], chunk_rows: {self._chunk}}}"
        )
        return SNAPSHOT.format(kind="sql", source=source) + PEOPLE

    def holds(self, rows: Sequence[dict[str, Any]]) -> None:
        database = sqlite3.connect(self.path)
        with database:
            database.execute("delete from warga")
            database.executemany(
                "insert into warga values (:id,:nik,:nama,:no_kk,:desa,:rt,:status)",
                rows,
            )
        database.close()


class ServerLegacy:
    """The same table on a database server, in a database of its own.

    Args:
        url: SQLAlchemy URL of the server.
        chunk: rows read at once.
        mode: how it is read.
    """

    def __init__(self, url: str, chunk: int, mode: str = "snapshot-diff") -> None:
        name = f"uji_{uuid.uuid4().hex[:12]}"
        server = sa.create_engine(url, isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.exec_driver_sql(f"create database {name}")
        server.dispose()
        self.url = sa.make_url(url).set(database=name)
        self._chunk = chunk
        self._mode = mode
        self._engine = sa.create_engine(self.url)
        self._table = sa.Table(
            "warga",
            sa.MetaData(),
            sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
            *(sa.Column(key, sa.String(60)) for key in COLUMNS[1:]),
        )
        self._table.create(self._engine)
        self._slotted = mode == "cdc" and self._engine.dialect.name == "postgresql"
        if self._slotted:
            with self._engine.begin() as connection:
                connection.exec_driver_sql("create publication opdbus for table warga")

    def connector(self) -> str:
        url = self.url.render_as_string(hide_password=False)
        source = (
            f"{{url: '{url}', table: warga, mode: {self._mode},"
            f" key: [id], chunk_rows: {self._chunk}, poll_seconds: 0.05,"
            f" slot: {self.url.database}}}"
        )
        return SNAPSHOT.format(kind="sql", source=source) + PEOPLE

    def holds(self, rows: Sequence[dict[str, Any]]) -> None:
        with self._engine.begin() as connection:
            connection.execute(self._table.delete())
            if rows:
                connection.execute(self._table.insert(), list(rows))

    def close(self) -> None:
        if self._slotted:
            drop_slot(self._engine, str(self.url.database))
        self._engine.dispose()


def drop_slot(engine: sa.Engine, slot: str) -> None:
    """Drop a replication slot as soon as nobody reads it any more."""
    told = sa.text(
        "select pg_drop_replication_slot(slot_name) from pg_replication_slots"
        " where slot_name = :slot and not active"
    )
    there = sa.text("select count(*) from pg_replication_slots where slot_name = :slot")
    for _ in range(600):
        with engine.begin() as connection:
            connection.execute(told, {"slot": slot})
            if not connection.execute(there, {"slot": slot}).scalar_one():
                return
        threading.Event().wait(0.05)
    raise AssertionError(f"slot {slot} is still read by somebody")


class FolderLegacy:
    """A drop folder; each state of the app is a new file."""

    kind = ""
    suffix = ""

    def __init__(self, folder: Path, chunk: int) -> None:
        self.folder = folder / "masuk"
        self.folder.mkdir()
        self._chunk = chunk
        self._number = 0

    def connector(self) -> str:
        source = (
            f"{{folder: '{self.folder}', mode: snapshot-diff,"
            f" chunk_rows: {self._chunk}}}"
        )
        return SNAPSHOT.format(kind=self.kind, source=source) + PEOPLE

    def holds(self, rows: Sequence[dict[str, Any]]) -> None:
        self._number += 1
        path = self.folder / f"kirim_{self._number:03d}{self.suffix}"
        self.write(path, [[row[name] for name in COLUMNS] for row in rows])

    def write(self, path: Path, rows: list[list[Any]]) -> None:
        raise NotImplementedError


class CsvLegacy(FolderLegacy):
    """CSV files with a semicolon and a title."""

    kind, suffix = "csv", ".csv"

    def write(self, path: Path, rows: list[list[Any]]) -> None:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow([f"Ekspor {path.stem}"])
            writer.writerows([COLUMNS, *rows])


class ExcelLegacy(FolderLegacy):
    """Workbooks with titles above the column names."""

    kind, suffix = "excel", ".xlsx"

    def write(self, path: Path, rows: list[list[Any]]) -> None:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.append([f"DAFTAR WARGA DESA {path.stem}"])
        sheet.append([])
        sheet.append([name.upper() for name in COLUMNS])
        for row in rows:
            sheet.append(row)
        book.save(path)
        book.close()


class RestLegacy:
    """A list behind HTTP, in pages.

    Args:
        app: the app, a process of its own.
        block: the `page:` block.
        how: how the app divides its list.
    """

    def __init__(self, app: RestApp, block: str, **how: Any) -> None:
        self._app, self._page, self._how = app, block, how
        self.holds([])

    def connector(self) -> str:
        source = (
            f"{{url: '{self._app.url}/warga', items: data, page: {self._page},"
            " mode: snapshot-diff}"
        )
        return SNAPSHOT.format(kind="rest", source=source) + PEOPLE

    def holds(self, rows: Sequence[dict[str, Any]]) -> None:
        self._app.holds(rows, **self._how)
