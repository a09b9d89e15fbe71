"""Villages written as free text, found in the tenant's list. Rule: domain.md Q16."""

import re
import unicodedata
from collections.abc import Mapping

from bus.normalise.regions import wilayah
from bus.normalise.result import CLEAN, Result, is_blank, text_of
from bus.normalise.similarity import edit_distance

_MAX_DISTANCE = 2
_SHORT = 5
_REMEMBERED = 4096
_KINDS = re.compile(
    r"^(?:DESA|DS|DES|KELURAHAN|KEL|KL|KAMPUNG|KP|NAGARI|GAMPONG)\b[\s.:]*"
)
_DISTRICT = re.compile(r"[\s,(]+(?:KECAMATAN|KEC|KCM)\b[\s.:]*([A-Z ]+?)\)?\s*$")
_DISTRICT_HEAD = re.compile(r"^(?:KECAMATAN|KEC|KCM)\b[\s.:]*")
_NOT_LETTER = re.compile(r"[^A-Z0-9]+")
_CODE = re.compile(r"[\d.\s]{10,16}", re.ASCII)


class VillageIndex:
    """The villages (and kecamatan) of a tenant by name.

    Args:
        names: dotted code to name; three parts are kecamatan, four are villages.
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        self._villages: dict[str, list[str]] = {}
        self._districts: dict[str, str] = {}
        self._answers: dict[tuple[str, str], Result[str]] = {}
        self._codes = frozenset(names)
        for code, name in names.items():
            parts = code.count(".")
            if parts == 3:  # noqa: PLR2004 - 33.25.01.2001
                self._villages.setdefault(_key(name), []).append(code)
            elif parts == 2:  # noqa: PLR2004 - 33.25.01
                self._districts[_key(name)] = code

    def find(self, village: str, district: str = "") -> Result[str]:
        """The code of a village; answers are remembered, the memory is bounded."""
        place = (village, district)
        found = self._answers.get(place)
        if found is None:
            found = self._find(village, district)
            if len(self._answers) >= _REMEMBERED:
                self._answers.clear()
            self._answers[place] = found
        return found

    def _find(self, village: str, district: str) -> Result[str]:
        text = _upper(village).strip()
        inside = _DISTRICT.search(text)
        if inside:
            text, district = text[: inside.start()], district or inside[1]
        key = _key(_KINDS.sub("", text))
        codes, distance = _nearest(key, self._villages)
        if not codes:
            return None, ("DESA_TIDAK_DIKENAL",)
        if len(codes) > 1:
            codes = [c for c in codes if c.startswith(self._prefix(district))]
        if len(codes) != 1:
            return None, ("DESA_GANDA",)
        return codes[0], ("DESA_DICOCOKKAN",) if distance else CLEAN

    def _prefix(self, district: str) -> str:
        """Beginning of the codes in a kecamatan; matches nothing when it is unknown."""
        key = _key(_DISTRICT_HEAD.sub("", _upper(district).strip()))
        found = {name: [code] for name, code in self._districts.items()}
        codes, _ = _nearest(key, found) if key else ([], 0)
        return f"{codes[0]}." if len(codes) == 1 else "?"

    def __contains__(self, code: object) -> bool:
        return code in self._codes


_INDEXES: dict[int, tuple[Mapping[str, str], VillageIndex]] = {}
_MAX_INDEXES = 16


def desa_teks(
    value: object,
    *,
    daftar: Mapping[str, str] | VillageIndex,
    kecamatan: object = None,
    field: str | None = None,
) -> Result[str]:
    """The dotted code of a village written as text: `Ds. Subah`, `SUBAH`, `Subh`.

    Up to two letters may differ (one in names of less than five letters), flagged
    DESA_DICOCOKKAN. No match gives None and DESA_TIDAK_DIKENAL, several give None and
    DESA_GANDA unless the kecamatan decides. A code in the list stands for itself.

    Args:
        value: the raw cell.
        daftar: dotted code to name; pass a `VillageIndex` on hot paths.
        kecamatan: the kecamatan as text, from another column.
        field: source field for the error.

    Raises:
        RowError: KODE_WILAYAH_TIDAK_SAH when digits are written that are no code.
    """
    text = text_of(value)
    if is_blank(text):
        return None, CLEAN
    index = daftar if isinstance(daftar, VillageIndex) else _indexed(daftar)
    if _CODE.fullmatch(text):
        code, _ = wilayah(text, field=field)
        return (code, CLEAN) if code in index else (None, ("DESA_TIDAK_DIKENAL",))
    return index.find(text, text_of(kecamatan))


def _indexed(names: Mapping[str, str]) -> VillageIndex:
    """The index of a list, kept for the few lists a process uses."""
    found = _INDEXES.get(id(names))
    if found is None or found[0] is not names:
        if len(_INDEXES) >= _MAX_INDEXES:
            _INDEXES.clear()
        found = _INDEXES[id(names)] = (names, VillageIndex(names))
    return found[1]


def _upper(text: str) -> str:
    return unicodedata.normalize("NFKD", text).upper()


def _key(name: str) -> str:
    """Letters only: `Ds. Karang Anyar` and `KARANGANYAR` are one village."""
    return _NOT_LETTER.sub("", _upper(name))


def _nearest(key: str, names: Mapping[str, list[str]]) -> tuple[list[str], int]:
    """Codes of the single nearest name within the limit; ties give all their codes."""
    exact = names.get(key)
    if exact:
        return exact, 0
    limit = _MAX_DISTANCE if len(key) >= _SHORT else 1
    best, codes = limit + 1, []
    for name, own in names.items():
        distance = edit_distance(key, name, limit)
        if distance < best:
            best, codes = distance, list(own)
        elif distance == best <= limit:
            codes = codes + own
    return codes, best
