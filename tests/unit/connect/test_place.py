"""A rejected row tells where a clerk finds it, without telling whose it is."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bus.connect.files.connector import load_connector
from bus.connect.rows.engine import RowEngine
from bus.connect.rows.memory import RowMemory
from bus.connect.rows.record_maker import RecordMaker
from bus.connect.source import Batch, Reading
from bus.serde import Serde
from bus.testing.clock import ManualClock
from bus.testing.registry import MemoryRegistry
from ops.wiring import SOURCES
from tests.conformance.workshop import (
    CATALOG,
    PEOPLE,
    RULES,
    TENANT,
    Run,
    connector_from,
    nik,
    person,
)
from tests.unit.connect.test_bulk import PARTITIONS

HEADER = list(person(0))
BAD = "9"
TABLE = """
connector: uji
app: uji
kind: sql
source: {url: 'sqlite:///x.db', table: tb_warga, mode: snapshot-diff, key: [id]}
"""
FOLDER = """
connector: uji
app: uji
kind: %s
objek: warga
source: {folder: '%s', chunk_rows: 2, %s}
"""


def places(run: Run) -> list[str]:
    run.catch_up()
    return [item.place for item in run.refused]


def folder(at: Path, kind: str, more: str = "", people: str = PEOPLE) -> Run:
    text = FOLDER % (kind, at, more) + people
    return Run(connector_from(at, text), ManualClock(4_000_000_000_000))


def values(number: int, **other: Any) -> list[Any]:
    return list(person(number, **other).values())


def test_a_row_of_a_text_file(tmp_path: Path) -> None:
    rows = [values(0), values(1, status=BAD), [], values(2), values(3, status=BAD)]
    lines = [HEADER, *rows, [*values(4), "x"], values(5, status=BAD)]
    text = "\n".join(";".join(map(str, line)) for line in lines)
    (tmp_path / "maret.csv").write_text(f"DINAS X\n{text}\n", encoding="utf-8")
    found = places(folder(tmp_path, "csv"))
    assert sorted(found) == [f"maret.csv:{line}" for line in (4, 7, 8, 9)]


def test_the_line_is_known_after_a_crash_within_the_file(tmp_path: Path) -> None:
    lines = [HEADER, *(values(i, status=BAD if i == 4 else "1") for i in range(6))]
    text = "\n".join(";".join(map(str, line)) for line in lines)
    (tmp_path / "maret.csv").write_text(text, encoding="utf-8")
    run = folder(tmp_path, "csv")
    run.step()
    run.source.close()  # the file is opened anew, further down
    assert places(run) == ["maret.csv:6"]


@pytest.mark.parametrize("more", ["lembar: '*'", ""])
def test_a_row_of_a_workbook_tells_its_sheet(tmp_path: Path, more: str) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, number in (("Januari", 0), ("Februari", 10)):
        sheet = book.create_sheet(name)
        for line in (HEADER, values(number), values(number + 1, status=BAD)):
            sheet.append(line)
    book.save(tmp_path / "laporan.xlsx")
    wanted = ["laporan.xlsx!Januari:3", "laporan.xlsx!Februari:3"]
    assert places(folder(tmp_path, "excel", more)) == wanted[: 2 if more else 1]


def test_a_file_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "rusak.xlsx").write_bytes(b"x")
    assert places(folder(tmp_path, "excel")) == ["rusak.xlsx"]


def test_a_number_of_a_person_in_a_file_name_is_masked(tmp_path: Path) -> None:
    text = "\n".join(
        ";".join(map(str, line)) for line in (HEADER, values(0, status=BAD))
    )
    (tmp_path / f"sp2d_20260301120000_{nik(0)}.csv").write_text(text)
    assert places(folder(tmp_path, "csv")) == [
        "sp2d_20260301120000_33**********0001.csv:2"
    ]


@pytest.mark.parametrize(
    ("ref", "told"),
    [
        ("[id]", "tb_warga: id=1"),
        ("[desa, id]", "tb_warga: desa=3325012001, id=1"),
        ("[kode]", "tb_warga: kode=a|b"),
        ("[alamat]", "tb_warga: alamat=33**********0002"),
    ],
)
def test_a_row_of_a_table_tells_its_key(tmp_path: Path, ref: str, told: str) -> None:
    row = person(1, status=BAD) | {"kode": "a|b", "alamat": nik(1)}
    assert place_of(tmp_path, ref, row) == told


def test_a_key_that_is_a_person_is_a_pseudonym(tmp_path: Path) -> None:
    found = place_of(tmp_path, "[nik]", person(1, status=BAD))
    assert found.startswith("tb_warga: nik=")
    assert nik(1) not in found
    assert len(found) > len("tb_warga: nik=") + 10


def test_it_is_in_the_dead_letter(tmp_path: Path) -> None:
    (letter,) = letters_of(tmp_path, "[id]", person(1, status=BAD))
    assert letter["place"] == "tb_warga: id=1"
    assert letter["sumber_ref"] == "uji|tb_warga|1"


def test_the_same_row_on_another_line_is_the_same_letter(tmp_path: Path) -> None:
    keys = set()
    for above in (0, 3):
        (tmp_path / f"{above}").mkdir()
        rows = [values(9 + i) for i in range(above)]
        lines = [HEADER, *rows, values(1, status=BAD)]
        text = "\n".join(";".join(map(str, line)) for line in lines)
        (tmp_path / f"{above}" / "a.csv").write_text(text)
        run = folder(tmp_path / f"{above}", "csv")
        assert places(run) == [f"a.csv:{above + 2}"]
        maker = maker_of(run.connector.name)
        keys.add(maker.letters(run.refused, 0)[0][2])
    assert len(keys) == 1


def place_of(at: Path, ref: str, row: dict[str, Any]) -> str:
    return str(letters_of(at, ref, row)[0]["place"])


def letters_of(at: Path, ref: str, row: dict[str, Any]) -> list[dict[str, Any]]:
    (at / "uji.yaml").write_text(TABLE + PEOPLE.replace("ref: [id]", f"ref: {ref}"))
    connector = load_connector(at / "uji.yaml", SOURCES, CATALOG, RULES)
    maker = maker_of(connector.name)
    engine = RowEngine(connector, Reading(True), RowMemory(), "/x", maker.encoder)
    outcome = engine.work(Batch(tuple(row), [tuple(row.values())], "", origin="t"))
    serde = Serde(CATALOG, REGISTRY)
    return [serde.decode(each[3])[1] for each in maker.letters(outcome.refused, 0)]


REGISTRY = MemoryRegistry()


def maker_of(name: str) -> RecordMaker:
    return RecordMaker(
        (TENANT.id, name, "/x"), Serde(CATALOG, REGISTRY), CATALOG, PARTITIONS
    )
