"""Names of columns and fields as sets of comparable words."""

import re
from collections.abc import Mapping

_SPLIT = re.compile(r"[^0-9a-zA-Z]+|(?<=[a-z])(?=[A-Z])")
_SAME: Mapping[str, tuple[str, ...]] = {
    "tgl": ("tanggal", "date", "tg", "tglnya"),
    "no": ("nomor", "nomer", "num", "number"),
    "kode": ("kd", "code", "cd"),
    "nama": ("nm", "name"),
    "jumlah": ("jml", "jmlh", "nominal", "nilai", "total"),
    "almarhum": ("alm", "almarhumah", "jenazah"),
    "mati": ("meninggal", "kematian", "wafat", "peristiwa"),
    "jk": ("sex", "kelamin", "klmin", "gender"),
    "lahir": ("lhr", "kelahiran", "birth"),
    "desa": ("kel", "kelurahan", "ds", "village"),
    "kecamatan": ("kec", "camat"),
    "alamat": ("jalan", "jln", "jl", "address", "dusun"),
    "hubungan": ("hub", "hbkel", "shdk"),
    "telepon": ("telp", "hp", "tlp", "phone", "wa", "telephone"),
    "nik": ("ktp", "ktpel", "nikktp"),
    "tahun": ("thn", "year"),
    "bulan": ("bln", "month"),
    "status": ("stat", "sts", "flag"),
    "waris": ("ahli", "pewaris"),
    "akta": ("akte",),
    "ubah": ("diubah", "updated", "update", "modified", "perubahan", "edit"),
    "buat": ("dibuat", "created", "input", "entri", "insert", "insertion", "rekam"),
    "hapus": ("deleted", "dihapus", "delete", "terhapus", "delet"),
    "surat": ("letter", "skm"),
    "pagu": ("anggaran", "plafon"),
    "giat": ("kegiatan", "keg"),
    "akun": ("rekening", "rek"),
    "skpd": ("opd", "unit", "dinas"),
    "ajuan": ("pengajuan", "diajukan", "permohonan", "daftar", "mohon"),
    "bayar": ("pembayaran", "dibayar", "setor"),
    "waktu": ("jam", "timestamp", "time", "at"),
    "ibu": ("mother",),
    "ayah": ("bapak", "father"),
    "keluarga": ("family", "keluarg"),
}
_WORD = {other: word for word, others in _SAME.items() for other in others}
_GLUED = {
    "tanggallahir": ("tgl", "lahir"),
    "tempatlahir": ("tempat", "lahir"),
    "tgllahir": ("tgl", "lahir"),
    "nokk": ("no", "kk"),
    "nomorkk": ("no", "kk"),
    "idkeluarga": ("id", "keluarga"),
    "idsemesta": ("id", "semesta"),
}
_FILLER = frozenset(
    {"lengkap", "lgkp", "data", "identitas", "t", "the", "induk", "wni", "penduduk"}
)
_BIRTH, _SEX = {"jenis", "jk"}, {"jk"}


def words(name: str) -> frozenset[str]:
    """A name's words with synonyms and abbreviations made the same.

    `TGL_LHR`, `tanggallahir` and `Tanggal Lahir` are all `{tgl, lahir}`.
    """
    found: set[str] = set()
    for part in _SPLIT.split(name):
        word = part.casefold()
        if word in _GLUED:
            found.update(_GLUED[word])
        elif word:
            found.add(_WORD.get(word, word))
    if found >= _BIRTH:
        found = found - {"jenis"} | _SEX
    if found == {"l", "p"}:
        found = {"jk"}  # the heading of many lists: L/P
    if {"kartu", "keluarga"} <= found:
        found = found - {"kartu", "keluarga"} | {"kk"}
    numbers = {word for word in found if word.isdigit()}
    return frozenset(found - _FILLER - numbers) or frozenset(found)
