"""Which event `connector new` proposes for the tables that local governments have.

Tables and columns are those of `ops/examples/legacy`; all values are made up.
"""

from typing import Any

import pytest

from bus.connect.proposal.draft import Naming
from bus.connect.proposal.propose import Proposal, propose
from bus.connect.survey import NUMBER, TEXT, FoundColumn, FoundTable
from bus.errors import ConfigError
from tests.conformance.workshop import CATALOG

Columns = dict[str, list[Any]]
IDS = [1, 2, 3, 4]
NIKS = [f"3325014501589{number:03}" for number in range(1, 5)]
NAMES = ["SUMINAH", "BUDI", "SITI", "TONO"]
DAYS, DATES = ["2026-03-01", "2026-03-02"], ["01/03/2026", "02/03/2026"]
UNIT, ACTIVITY = ["1.02.0.00.0.00.01.0000"], ["1.02.02.2.01.0001"]
BILLS: Columns = {
    "KD_PROPINSI": ["33"],
    "NO_URUT": ["0001", "0002", "0003", "0004"],
    "THN_PAJAK_SPPT": ["2024", "2025", "2026"],
    "NM_WP_SPPT": NAMES,
    "PBB_YG_HARUS_DIBAYAR_SPPT": ["45000", "50000"],
    "STATUS_PEMBAYARAN_SPPT": ["0", "1"],
    "TGL_JATUH_TEMPO_SPPT": DAYS,
}


def table(name: str, columns: Columns) -> FoundTable:
    return FoundTable(
        name=name,
        columns=tuple(
            FoundColumn(column, family=NUMBER if isinstance(seen[0], int) else TEXT)
            for column, seen in columns.items()
        ),
        rows=[
            tuple(seen[at % len(seen)] for seen in columns.values()) for at in range(4)
        ],
        count=4,
        keys=((next(iter(columns)),),),
        indexed=frozenset(),
        block={"url": "", "table": name},
        notes=(),
    )


def proposal(app: str, name: str, columns: Columns, event: str = "") -> Proposal:
    naming = Naming(app, app, "sql", "UJI_URL", "33.25")
    return propose(table(name, columns), naming, CATALOG, event or None)


@pytest.mark.parametrize(
    ("app", "name", "columns", "event"),
    [
        (
            "dukcapil",
            "capil_mati",
            {"MATI_NO": IDS, "MATI_NIK": NIKS, "MATI_TGL": DAYS, "ADM_AKTA_TGL": DAYS},
            "AktaKematianTerbit",
        ),
        (
            "siak",
            "biodata_wni",
            {"NIK": NIKS, "NO_KK": NIKS, "NAMA_LGKP": NAMES, "TGL_LHR": DAYS},
            "PendudukDimutakhirkan",
        ),
        (
            "opensid",
            "pengaduan",
            {"id": IDS, "nik": NIKS, "judul": ["Jalan", "Lampu"], "status": ["1", "2"]},
            "LaporanDiterima",
        ),
        (
            "eplanning",
            "trx_rkpd_final",
            {
                "id_rkpd": IDS,
                "tahun_rkpd": [2026],
                "kode_skpd": UNIT,
                "kode_sub_giat": ACTIVITY,
                "pagu_ranwal": ["1000000.00"],
            },
            "RencanaDitetapkan",
        ),
        (
            "sipd",
            "data_sub_keg_bl",
            {
                "kode_sbl": ["a", "b", "c", "d"],
                "kode_skpd": UNIT,
                "kode_sub_giat": ACTIVITY,
                "pagu": [1000000],
                "tahun_anggaran": [2026],
            },
            "AnggaranDitetapkan",
        ),
        (
            "simda",
            "ta_sp2d",
            {"No_SP2D": IDS, "Tgl_SP2D": DAYS, "Nilai": ["1.000,00"], "tahun": [2026]},
            "RealisasiDicatat",
        ),
        (
            "perizinan",
            "tb_permohonan",
            {
                "no_pendaftaran": ["0123/IX/2018", "2", "3", "4"],
                "jenis_izin": ["SIUP", "IMB"],
                "nik": NIKS,
                "kd_desa": ["3325122003"],
                "tgl_daftar": DATES,
                "retribusi": ["250.000"],
            },
            "IzinDiajukan",
        ),
        ("pbb", "sppt", BILLS, "TagihanDitetapkan"),
        (
            "dishub",
            "cctv",
            {"id_cctv": IDS, "kd_desa": ["3325122003"], "lat": ["-6.9"], "lng": ["1"]},
            "KameraStatusBerubah",
        ),
        (
            "mpp",
            "antrian",
            {
                "no_antrian": IDS,
                "tgl": DAYS,
                "id_instansi": [1, 2],
                "nik": NIKS,
                "jam_ambil": ["08:00"],
                "jam_selesai": ["08:20"],
                "status": ["selesai", "batal"],
            },
            "KunjunganDilayani",
        ),
    ],
)
def test_the_event_a_table_tells_of(
    app: str, name: str, columns: Columns, event: str
) -> None:
    assert proposal(app, name, columns).fit.event.type == event


def test_a_chance_hit_is_to_be_decided_unless_it_was_chosen() -> None:
    columns: Columns = {"id": IDS, "kode": ["q"], "nama": NAMES}
    columns |= {name: ["a"] for name in "wxyz"}
    text = proposal("lain", "data", columns).draft.text()
    assert "CHANGE THIS: only 2 of 7 columns fit this event: choose another" in (
        text.replace("\n  # ", " ")
    )
    text = proposal("lain", "data", columns, "IndikatorDilaporkan").draft.text()
    assert "columns fit this event" not in text


def test_a_table_with_a_nik_is_not_the_end_of_a_death() -> None:
    columns: Columns = {"id": IDS, "NIK Kepala": NIKS, "order": [1], "x": ["y"]}
    with pytest.raises(ConfigError, match="no event of the catalogue fits"):
        proposal("lain", "data", columns)


def test_years_are_no_money() -> None:
    natures = {each.name: each for each in proposal("pbb", "sppt", BILLS).natures}
    assert natures["THN_PAJAK_SPPT"].kind == "bilangan"
    assert natures["PBB_YG_HARUS_DIBAYAR_SPPT"].kind == "uang"


def test_a_needed_date_nobody_has_is_never_a_birthday() -> None:
    columns: Columns = {
        "id_santunan": IDS,
        "nik_alm": NIKS,
        "nama_alm": NAMES,
        "tgl_lahir_alm": DATES,
        "tgl_input": ["2026-03-02 23:40:11"],
        "kd_desa": ["3325122003"],
        "hapus": ["T"],
    }
    text = proposal("esakti", "t", columns, "SantunanDiajukan").draft.text()
    assert "tgl_pengajuan: {dari: tgl_input, aturan: tanggal}" in text
    unused = text.partition("columns not used")[2].partition("batas")[0]
    for used in ("id_santunan", "tgl_input", "hapus"):
        assert used not in unused
