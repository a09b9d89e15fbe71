"""Which text encoding a file has, found by reading all of it once."""

import codecs
from pathlib import Path

from connectors._tabular.reader import UnreadableFileError

_BLOCK = 1 << 18
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def encoding_of(path: Path, wanted: str) -> str:
    """The encoding to read a file with.

    Args:
        path: the file.
        wanted: what the connector says, or `auto`.

    Raises:
        UnreadableFileError: `BERKAS_BUKAN_TEKS` for binary content,
            `ENCODING_SALAH` when the file is not in the encoding it should have.
        OSError: the file is away.
    """
    with path.open("rb") as file:
        start = file.read(_BLOCK)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    if b"\x00" in start and wanted != "utf-16":
        raise UnreadableFileError(
            "BERKAS_BUKAN_TEKS",
            f"Berkas {path.name} bukan berkas CSV (isinya biner). Simpan sebagai CSV "
            "dari aplikasi asal lalu kirim lagi.",
        )
    if wanted not in {"auto", "utf-8"}:
        return wanted
    fault = _first_fault(path)
    if fault is None:
        return "utf-8"
    if wanted == "utf-8":
        raise UnreadableFileError(
            "ENCODING_SALAH",
            f"Berkas {path.name} bukan UTF-8: baris {fault} berisi huruf yang tidak "
            "bisa dibaca. Simpan ulang sebagai CSV UTF-8, atau minta operator mengubah "
            "`encoding` konektor.",
        )
    return "cp1252" if _decodes(path, "cp1252") else "latin-1"


def _first_fault(path: Path) -> int | None:
    """Number of the first line that is not UTF-8."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return number
    return None


def _decodes(path: Path, encoding: str) -> bool:
    with path.open("rb") as file:
        try:
            while block := file.read(_BLOCK):
                block.decode(encoding)
        except UnicodeDecodeError:
            return False
    return True
