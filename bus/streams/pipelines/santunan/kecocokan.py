"""Is the person on a document the one in the registry? Levels of `domain.md` §4.4."""

from bus.normalise.similarity import similarity
from bus.record import Value
from bus.streams.pipelines.santunan.aturan import Aturan, tanggal
from bus.streams.pipelines.santunan.dokumen import BELUM, LEMAH, MUNGKIN, PASTI

NIK_DIGIT = 16


def nama_mirip(a: Value, b: Value, ambang: float) -> bool:
    """Whether two names are at least this similar (0 to 1)."""
    return bool(a["nama"] and b["nama"]) and similarity(a["nama"], b["nama"]) >= ambang


def beda_satu_bagian(a: int | None, b: int | None) -> bool:
    """Whether two dates differ in exactly one of day, month and year."""
    if a is None or b is None:
        return False
    x, y = tanggal(a), tanggal(b)
    return (x.day != y.day) + (x.month != y.month) + (x.year != y.year) == 1


def beda_satu_angka(a: str | None, b: str | None) -> bool:
    """Whether two NIK differ in exactly one of their 16 digits."""
    if not a or not b or len(a) != NIK_DIGIT or len(b) != NIK_DIGIT:
        return False
    return sum(x != y for x, y in zip(a, b, strict=True)) == 1


def tingkat_nik(tertulis: Value, tercatat: Value, aturan: Aturan) -> int:
    """Level for two persons with the same NIK; 0 if they cannot be the same."""
    lahir, resmi = tertulis["tgl_lahir"], tercatat["tgl_lahir"]
    if lahir is not None and lahir == resmi:
        return PASTI
    if beda_satu_bagian(lahir, resmi) or nama_mirip(
        tertulis, tercatat, aturan.santunan.ambang_nama
    ):
        return MUNGKIN
    return BELUM


def tingkat_keluarga(tertulis: Value, anggota: Value, aturan: Aturan) -> int:
    """Level for a person and a member of the family written beside them."""
    lahir = tertulis["tgl_lahir"]
    if lahir is None or lahir != anggota["tgl_lahir"]:
        return BELUM
    aturan_nama = aturan.santunan
    if beda_satu_angka(tertulis["nik"], anggota["nik"]) and nama_mirip(
        tertulis, anggota, aturan_nama.ambang_nama
    ):
        return MUNGKIN
    if nama_mirip(tertulis, anggota, aturan_nama.ambang_nama_lemah):
        return LEMAH
    return BELUM
