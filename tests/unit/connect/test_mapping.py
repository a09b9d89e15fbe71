"""What mappings make of rows, through the compiled function."""

from decimal import Decimal
from typing import Any

import pytest

from bus.connect.files.connector import Connector
from bus.connect.mapping.support import kosong
from bus.errors import RowError
from tests.conformance.workshop import (
    NIK,
    NO_KK,
    connector_from,
    nik,
)

HEAD = """
connector: uji
app: esakti
kind: csv
objek: tb_santunan
source: {folder: x}
"""

CLAIM = """
ref: [id]
tabel:
  hubungan: {"ANAK KANDUNG": ANAK, ISTRI: PASANGAN}
pemetaan:
  - peristiwa: SantunanDiajukan
    bila: {kolom: status, bukan: "0"}
    hapus: {kolom: hapus, terhapus: true}
    kunci: almarhum.subjek_id
    dicatat: tgl_input
    kolom:
      klaim_id: {dari: no_reg, wajib: true}
      almarhum:
        subjek_id: {dari: nik_alm, aturan: subjek, cadangan: [nik_ibu, no_kk]}
        nik: {dari: nik_alm, aturan: nik}
        nama: {dari: nama_alm, aturan: nama}
        tgl_lahir: {dari: tgl_lahir, aturan: tanggal}
        jk: {dari: jk, aturan: jenis_kelamin}
      kk_id: {dari: no_kk, aturan: keluarga, rusak: kosong}
      tgl_meninggal: {dari: tgl_mati, aturan: tanggal}
      tgl_pengajuan: {dari: tgl_input, aturan: tanggal}
      ahli_waris:
        subjek_id: {dari: nik_waris, aturan: subjek}
        nama: {dari: nama_waris, aturan: nama}
      hubungan: {dari: hub, tabel: hubungan}
      sktm: {dari: sktm, aturan: ya_tidak, bawaan: false}
      kode_desa: {dari: kd_desa, aturan: wilayah}
      lampiran: {daftar: [foto, {dari: foto2}]}
      jumlah: {dari: nominal, aturan: uang}
      no_reg: no_reg
"""

ROW: dict[str, Any] = {
    "id": 4711,
    "no_reg": "ES/0412",
    "status": "1",
    "hapus": "T",
    "nik_alm": "332501 450158 9001",
    "nik_ibu": None,
    "no_kk": NO_KK,
    "nama_alm": "ALMH. HJ. SUMINAH, S.PD",
    "tgl_lahir": "05-01-1958",
    "jk": "2",
    "tgl_mati": "28 Februari 2026",
    "tgl_input": "2026-03-02 23:40:11",
    "nik_waris": nik(7),
    "nama_waris": "BUDI",
    "hub": "anak kandung",
    "sktm": "Y",
    "kd_desa": "3325122003",
    "foto": "a.jpg",
    "foto2": "",
    "nominal": "Rp 1.000.000",
}


@pytest.fixture(scope="module")
def claims(tmp_path_factory: pytest.TempPathFactory) -> Connector:
    return connector_from(tmp_path_factory.mktemp("k"), HEAD + CLAIM)


def mapped(connector: Connector, **other: Any) -> list[Any]:
    row = ROW | other
    cells = tuple(row.get(name) for name in connector.compiled.columns)
    return connector.compiled.map_row(cells, "esakti|tb_santunan|4711")


def value(connector: Connector, **other: Any) -> dict[str, Any]:
    ((_, _, _, found, _, _, _),) = mapped(connector, **other)
    return found


def code(connector: Connector, **other: Any) -> str:
    with pytest.raises(RowError) as caught:
        mapped(connector, **other)
    return caught.value.code


def test_a_whole_claim(claims: Connector) -> None:
    ((number, event_type, key, found, time_ms, operation, _),) = mapped(claims)
    assert (number, event_type, operation) == (0, "SantunanDiajukan", None)
    assert key == found["almarhum"]["subjek_id"]
    assert len(key) == 26
    assert found["almarhum"]["nik"] == NIK
    assert found["almarhum"]["jk"] == "P"
    assert found["hubungan"] == "ANAK"
    assert found["lampiran"] == ["a.jpg"]
    assert found["jumlah"] == Decimal("1000000.00")
    assert found["sktm"] is True
    assert found["kode_desa"] == "33.25.12.2003"
    assert found["sumber_ref"] == "esakti|tb_santunan|4711"
    assert found["dicatat_pada"] == time_ms == 1_772_469_611_000
    assert found["no_akta"] is None
    assert "NIK_DIRAPIKAN" in found["mutu"]


def test_conditions(claims: Connector) -> None:
    assert mapped(claims, status="0") == []
    assert mapped(claims, hapus="Y")[0][5] == "DIBATALKAN"


def test_a_baby_has_an_identity_without_nik(claims: Connector) -> None:
    mother = value(claims, nik_alm="-", nik_ibu=nik(3))
    card = value(claims, nik_alm="", nik_ibu=None)
    assert mother["almarhum"]["subjek_id"].startswith("x")
    assert mother["almarhum"]["nik"] is None
    assert mother["almarhum"]["subjek_id"] != card["almarhum"]["subjek_id"]
    assert "TANPA_NIK" in mother["mutu"]
    assert code(claims, nik_alm="", no_kk="") == "IDENTITAS_KURANG"


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("nik_alm", "332501450158900", "NIK_PANJANG"),
        ("nik_alm", "33250145015890012", "NIK_PANJANG"),
        ("nik_alm", "2147483647", "NIK_RUSAK"),
        pytest.param("nik_alm", 2147483647, "NIK_RUSAK", id="int-overflow"),
        ("nik_alm", "3,32501E+15", "NIK_RUSAK_EXCEL"),
        ("nik_alm", 3.32501e15, "NIK_RUSAK_EXCEL"),
        ("nik_alm", "NIK HILANG", "NIK_BUKAN_ANGKA"),
        ("tgl_mati", "31-02-2026", "TANGGAL_TIDAK_SAH"),
        ("tgl_mati", "kemarin", "TANGGAL_TIDAK_SAH"),
        ("hub", "TETANGGA", "KODE_TIDAK_DIKENAL"),
        ("hub", "", "WAJIB_KOSONG"),
        ("nominal", "satu juta", "UANG_TIDAK_SAH"),
        ("nominal", "", "WAJIB_KOSONG"),
        ("kd_desa", "33251", "KODE_WILAYAH_TIDAK_SAH"),
        ("no_reg", None, "WAJIB_KOSONG"),
    ],
)
def test_rejections(claims: Connector, column: str, cell: Any, reason: str) -> None:
    with pytest.raises(RowError) as caught:
        mapped(claims, **{column: cell})
    assert caught.value.code == reason
    assert column in caught.value.message
    if column == "nik_alm" and len(str(cell)) > 14:
        assert str(cell) not in caught.value.message


@pytest.mark.parametrize(
    "text",
    ["Rp 1.000.000,-", "1.000.000,00", "1,000,000.00", "Rp1000000", 1000000.0],
)
def test_money_in_five_notations(claims: Connector, text: Any) -> None:
    assert value(claims, nominal=text)["jumlah"] == Decimal("1000000.00")


@pytest.mark.parametrize("zero", ["0000-00-00", "", None, "01-01-1900"])
def test_zero_dates_are_empty(claims: Connector, zero: Any) -> None:
    assert value(claims, tgl_mati=zero)["tgl_meninggal"] is None


def test_a_soft_rule_leaves_the_field_empty(claims: Connector) -> None:
    found = value(claims, no_kk="123")
    assert found["kk_id"] is None
    assert any(flag.startswith("NO_KK_PANJANG") for flag in found["mutu"])


def test_the_text_is_python_that_can_be_read(claims: Connector) -> None:
    text = claims.compiled.text
    compile(text, "generated", "exec")
    assert "aturan_tanggal(k_tgl_mati)" in text
    single, _, many = text.partition("def map_rows")
    assert single.count("aturan_nik(k_nik_alm") == 1
    assert many.count("aturan_nik(k_nik_alm") == 1


@pytest.mark.parametrize("zero", ["0000-00-00", "0000-00-00 00:00:00", "00/00/0000"])
def test_a_zero_date_that_is_needed_is_told_as_such(zero: str) -> None:
    error = kosong(("tgl", "tgl_daftar"), zero)
    assert error.code == "WAJIB_KOSONG"
    assert "tanggal nol" in error.message
