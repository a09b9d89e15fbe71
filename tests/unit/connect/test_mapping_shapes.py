"""References, event types by column, optional records, odd column names."""

from pathlib import Path
from typing import Any

import pytest

from bus.connect.rows.shape import picker
from bus.connect.source import Batch
from bus.errors import RowError
from tests.conformance.workshop import (
    NIK,
    PEOPLE,
    RULES,
    connector_from,
    nik,
    person,
)

HEAD = """
connector: uji
app: esakti
kind: csv
objek: tb_santunan
source: {folder: x}
"""


def test_personal_references_are_hashed(tmp_path: Path) -> None:
    text = HEAD + PEOPLE.replace("ref: [id]", "ref: [nik, nama]")
    connector = connector_from(tmp_path, text)
    columns = connector.compiled.columns
    ref = connector.compiled.ref_of(tuple(person(1).get(name) for name in columns))
    assert nik(1) not in ref
    assert "WARGA" not in ref
    broken = person(1) | {"nik": "332501450158"}
    ref = connector.compiled.ref_of(tuple(broken.get(name) for name in columns))
    assert "332501450158" not in ref


def test_event_type_by_column(tmp_path: Path) -> None:
    text = (
        HEAD
        + """
ref: [id]
pemetaan:
  - peristiwa:
      kolom: status
      pilih: {"4": SantunanDisetujui, "5": SantunanDicairkan}
      lewati: ["0", 1]
    kunci: almarhum
    kolom:
      klaim_id: {dari: id, wajib: true}
      almarhum: {dari: nik, aturan: subjek}
      jumlah: {dari: nominal, aturan: uang}
"""
    )
    connector = connector_from(tmp_path, text)

    def types(status: Any) -> list[str]:
        row = {"id": 1, "status": status, "nik": NIK, "nominal": "1000000"}
        cells = tuple(row[name] for name in connector.compiled.columns)
        return [found[1] for found in connector.compiled.map_row(cells, "r")]

    assert types("4") == ["SantunanDisetujui"]
    assert types(5.0) == ["SantunanDicairkan"]
    assert types(1) == []
    for unknown in ("7", "", None):
        with pytest.raises(RowError, match="peristiwa") as caught:
            types(unknown)
        assert caught.value.code == "KODE_TIDAK_DIKENAL"
    lenient = text.replace('lewati: ["0", 1]', 'lewati: ["0", 1, ""]')
    connector = connector_from(tmp_path, lenient)
    assert types(None) == types("") == []


def test_option_from_another_column_and_region_of_parts(tmp_path: Path) -> None:
    text = HEAD + PEOPLE.replace(
        "{dari: desa, aturan: wilayah}",
        "{dari: desa, aturan: wilayah, opsi: {induk: {kolom: kec}}}",
    ).replace("rt: rt", "rt: {dari: [rt, rw], gabung: '/'}")
    connector = connector_from(tmp_path, text)
    row = person(1, desa="2001", kec="33.25.01", rt="4", rw="2")
    cells = tuple(row.get(name) for name in connector.compiled.columns)
    ((_, _, _, found, _, _, _),) = connector.compiled.map_row(cells, "r")
    assert found["alamat"]["kode_desa"] == "33.25.01.2001"
    assert found["alamat"]["rt"] == "4/2"
    parts = PEOPLE.replace("dari: desa", "dari: [p, k, c, d]")
    connector = connector_from(tmp_path, HEAD + parts)
    row = person(1, p="33", k="25", c="1", d="2001")
    cells = tuple(row.get(name) for name in connector.compiled.columns)
    ((_, _, _, found, _, _, _),) = connector.compiled.map_row(cells, "r")
    assert found["alamat"]["kode_desa"] == "33.25.01.2001"


def test_an_optional_record_is_null_or_whole(tmp_path: Path) -> None:
    text = (
        HEAD
        + """
ref: [id]
pemetaan:
  - peristiwa: PindahDiterbitkan
    kunci: pemohon
    kolom:
      no_pindah: no
      pemohon: {dari: nik, aturan: subjek}
      anggota: {daftar: [{dari: nik, aturan: subjek}]}
      asal: {kode_desa: {dari: asal, aturan: wilayah}, rt: rt}
      klasifikasi: {tetap: DESA}
      tgl: {dari: tgl, aturan: tanggal}
"""
    )
    connector = connector_from(tmp_path, text)

    def asal(**other: Any) -> Any:
        row = {"id": 1, "no": "1", "nik": NIK, "tgl": "01-03-2026"} | other
        cells = tuple(row.get(name) for name in connector.compiled.columns)
        return connector.compiled.map_row(cells, "r")[0][3]["asal"]

    assert asal() is None
    assert asal(asal="3325012001")["kode_desa"] == "33.25.01.2001"
    with pytest.raises(RowError) as caught:
        asal(rt="004")
    assert caught.value.code == "WAJIB_KOSONG"


def test_column_names_cannot_become_code(tmp_path: Path) -> None:
    evil = 'rt"); import os; os.abort() #'
    text = HEAD + PEOPLE.replace("rt: rt", f"rt: {{dari: '{evil}'}}")
    connector = connector_from(tmp_path, text)
    row = person(1) | {evil: "004"}
    cells = tuple(row[name] for name in connector.compiled.columns)
    assert connector.compiled.map_row(cells, "r")[0][3]["alamat"]["rt"] == "004"


def test_columns_of_a_batch_in_another_order(tmp_path: Path) -> None:
    batch = Batch(("c", "b", "a"), [(3, 2, 1)], "")
    assert picker(batch, ("a", "c"))((3, 2, 1)) == (1, 3)
    assert picker(batch, ("b",))((3, 2, 1)) == (2,)


def test_rules_are_listed() -> None:
    assert {"nik", "subjek", "keluarga", "uang"} <= set(RULES.names)
