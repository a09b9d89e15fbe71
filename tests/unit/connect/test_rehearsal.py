"""Test rows kept in a connector file: corrections and withdrawals too."""

from pathlib import Path

import pytest

from bus.connect.reading.rehearsal import Rehearsal
from tests.conformance.workshop import (
    CATALOG,
    NIK,
    NO_KK,
    PEOPLE,
    TENANT,
    connector_from,
)

CSV = """
connector: uji
app: uji
kind: csv
source: {folder: x}
"""
SQL = """
connector: uji
app: uji
kind: sql
source: {url: x, table: t, mode: incremental, cursor: c, key: [id]}
"""
HAPUS = "    kunci: orang.subjek_id\n    hapus: {kolom: hapus, terhapus: true}\n"
MAPPING = PEOPLE.replace("    kunci: orang.subjek_id\n", HAPUS)
CELLS = (
    f'{{id: 1, nik: "{NIK}", nama: A, no_kk: "{NO_KK}", desa: "3325012001",'
    ' status: "1", hapus: {hapus}}'
)
WITHDRAWN = "hasil: [{peristiwa: PendudukDimutakhirkan, operasi: DIBATALKAN}]"
CORRECTED = "hasil: [{peristiwa: PendudukDimutakhirkan, operasi: DIKOREKSI}]"


def problems(folder: Path, head: str, hapus: str, *lines: str) -> tuple[str, ...]:
    cells = CELLS.replace("{hapus}", hapus)
    rows = "\n    ".join([f"baris: {cells}", *lines])
    text = f"{head}{MAPPING}\nuji:\n  - nama: satu\n    {rows}\n"
    connector = connector_from(folder, text)
    (verdict,) = Rehearsal(connector, CATALOG, TENANT.id).test_rows()
    return verdict.problems


def test_a_row_that_was_seen_is_withdrawn(tmp_path: Path) -> None:
    assert problems(tmp_path, CSV, "Y", 'sebelum: {hapus: "T"}', WITHDRAWN) == ()


def test_a_row_that_was_seen_is_corrected(tmp_path: Path) -> None:
    assert problems(tmp_path, CSV, "T", 'sebelum: {status: "2"}', CORRECTED) == ()


def test_without_change_there_is_no_event(tmp_path: Path) -> None:
    assert problems(tmp_path, CSV, "T", "sebelum: {}", "hasil: []") == ()


def test_a_row_never_seen_cannot_be_withdrawn_and_the_verdict_says_why(
    tmp_path: Path,
) -> None:
    (problem,) = problems(tmp_path, CSV, "Y", WITHDRAWN)
    assert "give `sebelum:`" in problem


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("{id: 2}", "it is another row"),
        ("{nik: 2147483647}", "`sebelum` is rejected: NIK_RUSAK"),
    ],
)
def test_an_earlier_row_that_cannot_be(tmp_path: Path, before: str, words: str) -> None:
    (problem,) = problems(tmp_path, CSV, "Y", f"sebelum: {before}", WITHDRAWN)
    assert words in problem


def test_a_source_without_memory_withdraws_what_it_never_saw(tmp_path: Path) -> None:
    assert problems(tmp_path, SQL, "Y", WITHDRAWN) == ()
    assert problems(tmp_path, SQL, "Y", 'sebelum: {hapus: "T"}', WITHDRAWN) == ()
    assert problems(tmp_path, SQL, "T", 'sebelum: {status: "2"}', CORRECTED) == ()
