"""Expressions do what they say and can do nothing else."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bus.connect.files.connector import load_connector
from bus.connect.mapping.expression import FUNCTIONS, compiled, imported
from bus.errors import ConfigError, RowError
from ops.wiring import SOURCES
from tests.architecture.tree import ROOT
from tests.conformance.workshop import CATALOG, RULES


@pytest.mark.parametrize(
    ("text", "columns", "values", "result"),
    [
        (
            "angka(volume) * angka(harga)",
            ["volume", "harga"],
            ["3", "1500,5"],
            "4501.5",
        ),
        ("k1 + '-' + k2", ["No. KK", "RT"], ["1", "2"], "1-2"),
        ("nik[0:6]", ["nik"], ["3325014501589001"], "332501"),
        ("'Y' if kosong(batal) else 'T'", ["batal"], [" - "], "Y"),
        ("besar(bagian(nama, ',', 0))", ["nama"], ["Budi, S.Pd"], "BUDI"),
        ("isi_kiri(kode, 4, '0')", ["kode"], [7], "0007"),
        ("status in ('1', '2') and not kosong(status)", ["status"], ["2"], "True"),
        ("bulat(a) // 2 - 1", ["a"], ["9"], "3"),
        ("tahun(tgl)", ["tgl"], ["2026-03-02"], "2026"),
    ],
)
def test_values(
    text: str, columns: list[str], values: list[object], result: str
) -> None:
    assert str(compiled(text, columns)(*values)) == result


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('x')",
        "open('x')",
        "nik.__class__",
        "(lambda: 1)()",
        "[x for x in nik]",
        "nik := 1",
        "tanpa_nama",
        "f'{nik}'",
        "nik ** 9",
        "angka(x=1)",
        "nik +",
        "1" * 501,
    ],
)
def test_nothing_else_of_python(text: str) -> None:
    with pytest.raises(ConfigError):
        compiled(text, ["nik"])


@pytest.mark.parametrize("text", ["nik * 1000000000", "1 / 0", "nik + 1", "angka(nik)"])
def test_failures_reject_the_row_without_its_value(text: str) -> None:
    with pytest.raises(RowError) as caught:
        compiled(text, ["nik"])("rahasia")
    assert caught.value.code == "HITUNG_GAGAL"
    assert "rahasia" not in caught.value.message


@given(st.one_of(st.text(), st.integers(), st.none(), st.decimals()))
def test_functions_give_a_value_or_reject(value: object) -> None:
    for name in ("teks", "angka", "bulat", "besar", "panjang", "kosong", "tahun"):
        try:
            compiled(f"{name}(x)", ["x"])(value)
        except RowError as error:
            assert error.code == "HITUNG_GAGAL"  # noqa: PT017


def test_python_functions() -> None:
    assert imported("decimal:Decimal")("3") == Decimal(3)
    with pytest.raises(RowError, match="fungsi"):
        imported("decimal:Decimal")("x")
    with pytest.raises(ConfigError, match="module:function"):
        imported("tidak.ada:nama")


def test_every_function_is_on_the_reference_page() -> None:
    page = (ROOT / "ops/docs/connector-yaml.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in page for name in FUNCTIONS)


def test_computed_fields_and_constants_in_keys_compile(tmp_path: Path) -> None:
    text = """
connector: kode
app: uji
kind: csv
source: {folder: x}
ref: [kode]
pemetaan:
  - peristiwa: KodeDitetapkan
    kunci: [daftar, kode]
    kolom:
      daftar: {tetap: akun}
      kode: {dari: kode, hitung: "isi_kiri(kode, 4, '0')"}
      nama: {dari: [nama, kode], fungsi: "builtins:max"}
"""
    path = tmp_path / "kode.yaml"
    path.write_text(text, encoding="utf-8")
    connector = load_connector(path, SOURCES, CATALOG, RULES)
    assert "isi_kiri" in connector.compiled.text
    (mapped,) = connector.compiled.map_row(("7", "UMUM"), "uji|kode|7")
    assert mapped[2] == "akun|0007"
    path.write_text(text.replace("isi_kiri(kode", "isi_kiri(kde"), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"kode\.yaml:12: .*'kde' is no column"):
        load_connector(path, SOURCES, CATALOG, RULES)
