"""The table `penduduk` of ten columns that `ops/bench connect` reads."""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

import psycopg
from openpyxl import Workbook
from openpyxl.cell.cell import WriteOnlyCell
from sqlalchemy import URL, create_engine

from ops.simulate.residents.names import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Row = tuple[int, str, str, str, date, str, str, str, str, datetime]

COLUMNS = (
    *("id", "nik", "no_kk", "nama", "tgl_lahir", "jenis_kelamin", "alamat"),
    *("kode_wilayah", "status", "updated_at"),
)
TABLE = (
    "CREATE TABLE {table} (id INTEGER PRIMARY KEY, nik VARCHAR(20), no_kk VARCHAR(20),"
    " nama VARCHAR(100), tgl_lahir DATE, jenis_kelamin CHAR(1), alamat VARCHAR(200),"
    " kode_wilayah VARCHAR(13), status CHAR(1), updated_at {moment})"
)
BROKEN_EACH = 1000
"""One row of so many has a NIK that an INT column broke."""
_DAYS = 33_000
_MOMENTS = 300 * 86_400
_FAMILY = 3


def rows(count: int, seed: int = 1) -> Iterator[Row]:
    """People in families of three, the same for the same seed."""
    rng = Random(seed)  # noqa: S311 - made-up people, no secrets
    card, village, street = "", "", ""
    for number in range(1, count + 1):
        if number % _FAMILY == 1:
            card, village, street = _household(rng)
        born = date(1930, 1, 1) + timedelta(days=int(rng.random() * _DAYS))
        sex = "LP"[int(rng.random() * 2)]
        nik = _nik(rng, born, sex) if number % BROKEN_EACH else "2147483647"
        moment = datetime(2026, 1, 1) + timedelta(  # noqa: DTZ001 - as legacy apps do
            seconds=int(rng.random() * _MOMENTS)
        )
        status = "2" if rng.random() < 0.02 else "1"  # noqa: PLR2004 - some have died
        name = name_of(rng, sex)
        yield (number, nik, card, name, born, sex, street, village, status, moment)


def _household(rng: Random) -> tuple[str, str, str]:
    district = 1 + int(rng.random() * 15)
    day, month = 1 + int(rng.random() * 28), 1 + int(rng.random() * 12)
    year, serial = 5 + int(rng.random() * 20), 1 + int(rng.random() * 9998)
    card = f"3325{district:02d}{day:02d}{month:02d}{year:02d}{serial:04d}"
    village = f"33.25.{district:02d}.{2001 + int(rng.random() * 16)}"
    return card, village, f"DK. KRAJAN RT {1 + int(rng.random() * 30):03d}"


def _nik(rng: Random, born: date, sex: str) -> str:
    region = f"3325{1 + int(rng.random() * 15):02d}"
    day = born.day + (40 if sex == "P" else 0)
    serial = 1 + int(rng.random() * 9998)
    return f"{region}{day:02d}{born.month:02d}{born.year % 100:02d}{serial:04d}"


def write_csv(path: Path, count: int) -> None:
    """The rows as both databases can load them: comma, no header."""
    path.touch(mode=0o644)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows(count))


def write_workbook(path: Path, count: int) -> None:
    """The rows as .xlsx, all cells text as an app exports them."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("penduduk")
    sheet.append(COLUMNS)
    for row in rows(count):
        sheet.append([WriteOnlyCell(sheet, str(cell)) for cell in row])
    book.save(path)


def load_mariadb(server: URL, path: Path, table: str) -> None:
    """Make the table on a MariaDB on this machine and fill it from the CSV file."""
    engine = create_engine(server)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE DATABASE IF NOT EXISTS penduduk")
        connection.exec_driver_sql("USE penduduk")
        made = TABLE.format(table=table, moment="DATETIME")
        connection.exec_driver_sql(f"{made} CHARACTER SET utf8mb4")
        connection.exec_driver_sql(
            f"LOAD DATA INFILE '{path}' INTO TABLE {table} CHARACTER SET utf8mb4 "
            "FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '\"'"
        )
    engine.dispose()


def load_postgresql(server: URL, path: Path, table: str) -> None:
    """Make the table on a PostgreSQL and fill it from the CSV file."""
    words = server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(words) as connection:
        connection.execute(TABLE.format(table=table, moment="TIMESTAMP"))
        with (
            connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT csv)") as copy,
            path.open("rb") as file,
        ):
            while block := file.read(1 << 20):
                copy.write(block)
        connection.commit()
        connection.autocommit = True
        connection.execute(f"VACUUM ANALYZE {table}")
