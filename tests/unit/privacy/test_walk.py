"""Walking personal fields: which are protected, whose they are, at what cost."""

from typing import Any

import pytest

from bus.errors import ConfigError
from bus.privacy.protect import Transparent
from bus.privacy.walk import compile_protect, compile_reveal, protected_paths

ORANG: dict[str, Any] = {
    "type": "record",
    "name": "Orang",
    "namespace": "id.uji",
    "fields": [
        {"name": "subjek_id", "type": "string"},
        {"name": "nik", "type": ["null", "string"]},
        {"name": "nama", "type": ["null", "string"]},
        {"name": "tgl_lahir", "type": ["null", {"type": "int", "logicalType": "date"}]},
        {
            "name": "jk",
            "type": ["null", {"type": "enum", "name": "Jk", "symbols": ["L", "P"]}],
        },
    ],
}
SCHEMA: dict[str, Any] = {
    "type": "record",
    "name": "Santunan",
    "namespace": "id.uji",
    "fields": [
        {"name": "almarhum", "type": ORANG},
        {"name": "wali", "type": ["null", "id.uji.Orang"], "default": None},
        {
            "name": "calon",
            "type": {
                "type": "array",
                "items": {
                    "type": "record",
                    "name": "Calon",
                    "fields": [{"name": "orang", "type": "Orang"}],
                },
            },
        },
        {"name": "program", "type": {"type": "array", "items": "string"}},
        {"name": "catatan", "type": {"type": "map", "values": "string"}},
        {"name": "no_kk", "type": ["null", "string"]},
        {
            "name": "jumlah",
            "type": {
                "type": "bytes",
                "logicalType": "decimal",
                "precision": 20,
                "scale": 2,
            },
        },
        {"name": "lampiran", "type": "bytes"},
        {"name": "kode_desa", "type": "string"},
    ],
}
UMUM, SPESIFIK = "pribadi_umum", "pribadi_spesifik"
PATHS = {
    "almarhum.subjek_id": UMUM,
    "almarhum.nik": UMUM,
    "almarhum.nama": UMUM,
    "almarhum.tgl_lahir": UMUM,
    "almarhum.jk": UMUM,
    "wali.nik": UMUM,
    "calon[].orang.nik": UMUM,
    "program": SPESIFIK,
    "catatan": SPESIFIK,
    "no_kk": UMUM,
    "jumlah": UMUM,
    "lampiran": SPESIFIK,
    "kode_desa": "internal",
}
PROTECTED = [
    "almarhum.nama",
    "almarhum.nik",
    "calon.orang.nik",
    "catatan",
    "lampiran",
    "no_kk",
    "program",
    "wali.nik",
]


class Marked:
    """A reversible protector that shows class and subject; not encryption."""

    encrypts = True

    def protect(self, value: Any, classification: str, subject: str) -> Any:
        mark = f"{subject}/{classification}/"
        return mark.encode() + value if isinstance(value, bytes) else mark + value

    def reveal(self, value: Any, classification: str, subject: str) -> Any:
        return value[len(f"{subject}/{classification}/") :]


def orang(key: str) -> dict[str, Any]:
    return {"subjek_id": key, "nik": "n" + key, "nama": None, "tgl_lahir": 1, "jk": "L"}


def value() -> dict[str, Any]:
    return {
        "almarhum": orang("a"),
        "wali": None,
        "calon": [{"orang": orang("b")}, {"orang": orang("c")}],
        "program": ["PKH"],
        "catatan": {"x": "y"},
        "no_kk": "k",
        "jumlah": 1,
        "lampiran": b"p",
        "kode_desa": "33.25.12.2003",
    }


def test_only_text_and_bytes_are_protected() -> None:
    assert protected_paths(SCHEMA, PATHS) == PROTECTED


def test_a_field_belongs_to_the_nearest_subject() -> None:
    walk = compile_protect(SCHEMA, PATHS, Marked())
    assert walk is not None
    done = walk(value(), "kunci")
    assert done["almarhum"]["nik"] == "a/pribadi_umum/na"
    assert done["almarhum"]["subjek_id"] == "a"
    assert done["almarhum"]["jk"] == "L"
    assert done["calon"][1]["orang"]["nik"] == "c/pribadi_umum/nc"
    assert done["program"] == ["kunci/pribadi_spesifik/PKH"]
    assert done["catatan"] == {"x": "kunci/pribadi_spesifik/y"}
    assert done["lampiran"] == b"kunci/pribadi_spesifik/p"
    assert done["wali"] is None
    assert done["kode_desa"] == "33.25.12.2003"


def test_reveal_undoes_protect_and_the_input_stays() -> None:
    protect = compile_protect(SCHEMA, PATHS, Marked())
    reveal = compile_reveal(SCHEMA, PATHS, Marked())
    assert protect is not None
    assert reveal is not None
    before = value()
    done = protect(before, "kunci")
    assert before == value()
    assert reveal(done, "kunci") == before


def test_what_does_not_encrypt_costs_nothing() -> None:
    assert compile_protect(SCHEMA, PATHS, Transparent()) is None
    assert compile_reveal(SCHEMA, PATHS, Transparent()) is None
    assert compile_protect(SCHEMA, {}, Marked()) is None
    assert compile_protect(SCHEMA, {"kode_desa": "internal"}, Marked()) is None


def test_transparent_says_that_it_does_not_encrypt() -> None:
    plain = Transparent()
    assert plain.encrypts is False
    assert "NOT encrypted" in plain.describes
    assert plain.protect("x", UMUM, "a") == "x"
    assert plain.reveal(b"x", UMUM, "a") == b"x"


def test_unknown_paths_are_all_reported() -> None:
    with pytest.raises(ConfigError) as refused:
        compile_protect(SCHEMA, {"almarhum.nikk": UMUM, "x.y": UMUM}, Transparent())
    assert len(refused.value.problems) == 2
