"""Persons without a NIK: which columns stand for it, and one key in every event."""

from pathlib import Path
from typing import Any

import pytest

from bus.connect.files.connector import Connector, load_connector
from bus.errors import ConfigError, RowError
from ops.wiring import SOURCES
from tests.conformance.workshop import (
    CATALOG,
    NIK,
    NO_KK,
    RULES,
    connector_from,
    nik,
)

ESAKTI = Path("ops/examples/batang/connectors/esakti-santunan.yaml")
STATES = {
    "AJU": "SantunanDiajukan",
    "CAIR": "SantunanDicairkan",
    "BATAL": "SantunanDibatalkan",
}
TEXT = """
connector: uji
app: uji
kind: csv
source: {folder: x}
ref: [id]
pemetaan:
  - peristiwa: KematianDibatalkan
    kunci: subjek_id
    kolom:
      subjek_id:
        dari: nik
        aturan: subjek
        cadangan: CADANGAN
        opsi: {nama: {kolom: nama}, tgl_lahir: {kolom: lahir}, jk: {kolom: jk}}
      alasan: {tetap: SALAH_INPUT}
"""
LONG = "{dari: a, cadangan: {kolom: b, sebagai: no_kk}}"
ROW = {
    "id": 1,
    "nik": "",
    "nama": "BAYI NY. RATNA",
    "lahir": "23-02-2026",
    "jk": "2",
    "NO_KARTU_KELUARGA": NO_KK,
    "ibunda": nik(3),
    "no_kk": NO_KK,
    "nik_ibu": nik(3),
}


@pytest.fixture(scope="module")
def esakti() -> Connector:
    return load_connector(ESAKTI, SOURCES, CATALOG, RULES)


def claim(connector: Connector, **other: Any) -> tuple[str, str]:
    """Event type and key of a claim's row."""
    row = connector.definition.uji[0].baris | other
    cells = tuple(row.get(name) for name in connector.compiled.columns)
    ((_, event_type, key, _, _, _, _),) = connector.compiled.map_row(cells, "ref")
    return event_type, key


@pytest.mark.parametrize(
    "person",
    [
        {"nik_alm": "", "nama_alm": "BAYI NY. RATNA", "tgl_lahir_alm": "23-02-2026"},
        {"nik_alm": "-", "nama_alm": "By. Ny. SITI ", "tgl_lahir_alm": "2026-02-23"},
        {"nik_alm": NIK},
    ],
    ids=["baby", "another spelling", "with NIK"],
)
def test_one_person_has_one_key_through_the_life_of_a_claim(
    esakti: Connector, person: dict[str, str]
) -> None:
    found = dict(claim(esakti, keadaan=state, **person) for state in STATES)
    assert list(found) == list(STATES.values())
    assert len(set(found.values())) == 1


def key(folder: Path, fallback: str, **other: Any) -> str:
    connector = connector_from(folder, TEXT.replace("CADANGAN", fallback))
    row = ROW | other
    cells = tuple(row.get(name) for name in connector.compiled.columns)
    ((_, _, found, _, _, _, _),) = connector.compiled.map_row(cells, "ref")
    return found


def test_the_long_form_says_what_a_column_holds(tmp_path: Path) -> None:
    card, mother = key(tmp_path, "no_kk"), key(tmp_path, "nik_ibu")
    assert card.startswith("x")
    assert card != mother
    form = "{kolom: NO_KARTU_KELUARGA, sebagai: no_kk}"
    assert key(tmp_path, form) == card
    assert key(tmp_path, "{kolom: ibunda, sebagai: nik_ibu}") == mother
    assert key(tmp_path, f"[nik_ibu, {form}]") == mother
    assert key(tmp_path, f"[nik_ibu, {form}]", nik_ibu="") == card


@pytest.mark.parametrize("column", ["NO_KARTU_KELUARGA", "no_kartu", "nik2"])
def test_a_name_that_does_not_say_it_is_refused(tmp_path: Path, column: str) -> None:
    with pytest.raises(ConfigError) as caught:
        connector_from(tmp_path, TEXT.replace("CADANGAN", column))
    (problem,) = caught.value.problems
    assert f"{{kolom: {column}, sebagai: no_kk}}" in problem
    assert f"{{kolom: {column}, sebagai: nik_ibu}}" in problem
    assert "uji.yaml:" in problem


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("nama: {kolom: nama}, ", "", "need nama mapped beside it, or named here"),
        ("jk: {kolom: jk}", "jk: jk", "'jk' of a person comes from a column"),
        ("aturan: subjek", "aturan: keluarga", "one column only"),
        ("CADANGAN", "{kolom: x, sebagai: kartu}", "'no_kk' or 'nik_ibu'"),
        (
            "alasan: {tetap: SALAH_INPUT}",
            "alasan: {tetap: SALAH_INPUT}\n      no_dasar: " + LONG,
            "`sebagai` of 'b' is for the rule subjek only",
        ),
    ],
)
def test_other_mistakes(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in TEXT
    text = TEXT.replace(old, new).replace("CADANGAN", "no_kk")
    with pytest.raises(ConfigError) as caught:
        connector_from(tmp_path, text)
    assert any(words in line for line in caught.value.problems), caught.value


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("lahir", "31-02-2026", "TANGGAL_TIDAK_SAH"),
        ("nama", "", "IDENTITAS_KURANG"),
        ("no_kk", "123", "IDENTITAS_KURANG"),
    ],
)
def test_what_is_missing_is_told_with_its_column(
    tmp_path: Path, column: str, cell: str, code: str
) -> None:
    with pytest.raises(RowError) as caught:
        key(tmp_path, "no_kk", **{column: cell})
    assert caught.value.code == code
    shown = column if code == "TANGGAL_TIDAK_SAH" else "nik"
    assert f"Kolom {shown}:" in caught.value.message


def test_a_nik_is_compared_with_the_named_columns(tmp_path: Path) -> None:
    connector = connector_from(tmp_path, TEXT.replace("CADANGAN", "no_kk"))
    row = ROW | {"nik": NIK, "lahir": "31-02-2026", "jk": "L"}
    cells = tuple(row.get(name) for name in connector.compiled.columns)
    ((_, _, _, value, _, _, _),) = connector.compiled.map_row(cells, "ref")
    assert "NIK_BEDA_JK" in value["mutu"]


def test_personal_columns_are_hashed_in_the_reference(tmp_path: Path) -> None:
    text = TEXT.replace("CADANGAN", "[no_kk, nik_ibu]").replace(
        "ref: [id]", "ref: [id, no_kk, nik_ibu, nama]"
    )
    connector = connector_from(tmp_path, text)
    cells = tuple(ROW.get(name) for name in connector.compiled.columns)
    found = connector.compiled.ref_of(cells)
    assert found.startswith("1|")
    assert not any(part in found for part in (NO_KK, nik(3), "RATNA"))
