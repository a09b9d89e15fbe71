"""What happened to one report: kept as facts, in the order in which they happened.

Facts arrive in any order; decisions are computed from all of them after each change, so
the order of arrival does not matter (`domain.md` §5: event dates decide).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bus.record import Value

RUTE, RUJUK, VERIFIKASI = "RUTE", "RUJUK", "VERIFIKASI"
TUNGGU, LENGKAP, KEMBALI = "TUNGGU", "LENGKAP", "KEMBALI"
JAWAB, BERSAMA, BUKA, BATAL = "JAWAB", "BERSAMA", "BUKA", "BATAL"

# At the same moment: first who handles it, then what is done, then what undoes it.
_URUTAN = {
    jenis: nomor
    for nomor, jenis in enumerate(
        (
            *(RUTE, RUJUK, VERIFIKASI, TUNGGU, LENGKAP),
            *(JAWAB, BERSAMA, KEMBALI, BUKA, BATAL),
        )
    )
}

BARU: Value = {
    "diterima": None,
    "event_id": None,
    "kanal": "",
    "kategori": None,
    "judul": None,
    "teks": "",
    "alamat": None,
    "lat_e6": None,
    "lng_e6": None,
    "kode_desa": None,
    "foto_hash": [],
    "rahasia": False,
    "darurat": False,
    "golongan": None,
    "digolongkan": False,
    "insiden_id": None,
    "duplikat_dari": None,
    "fakta": [],
    "terbit": [],
    "status_sidik": None,
}


def fakta(jenis: str, waktu: int, event_id: str, **isi: object) -> Value:
    """One fact; `isi` are the fields of the record `FaktaAduan`."""
    return {
        "jenis": jenis,
        "waktu": waktu,
        "event_id": event_id,
        "kode_skpd": None,
        "teks": None,
        "bukti_hash": [],
        "akhir": False,
        "rujukan": None,
        "sumber_ref": None,
        **isi,
    }


def catat(laporan: Value, baru: Value) -> Value:
    """The report with one more fact; a fact of the same row is replaced."""
    lain = tanpa(laporan, baru["jenis"], baru["sumber_ref"])["fakta"]
    if any(f["event_id"] == baru["event_id"] for f in lain):
        return laporan
    return {**laporan, "fakta": sorted([*lain, baru], key=_urutan)}


def tanpa(laporan: Value, jenis: str, sumber_ref: str | None) -> Value:
    """The report without the fact of a source row that was withdrawn or corrected."""
    if sumber_ref is None:
        return laporan
    tetap = [
        f
        for f in laporan["fakta"]
        if (f["jenis"], f["sumber_ref"]) != (jenis, sumber_ref)
    ]
    return {**laporan, "fakta": tetap}


def ada(laporan: Value, *jenis: str) -> bool:
    """Whether the report has a fact of one of these kinds."""
    return any(f["jenis"] in jenis for f in laporan["fakta"])


def _urutan(satu: Value) -> tuple[int, int, str]:
    return satu["waktu"], _URUTAN[satu["jenis"]], satu["event_id"]
