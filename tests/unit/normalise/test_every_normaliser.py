"""What all normalisers promise, whatever the cell holds."""

from typing import Any

import pytest
from hypothesis import given

from bus.errors import ConfigError, RowError
from bus.normalise import NORMALISERS, bind, describe
from bus.normalise.codes import CodeTable
from bus.normalise.villages import VillageIndex
from tests.unit.normalise.cells import cells, quick

NEEDED: dict[str, dict[str, Any]] = {
    "kode": {"tabel": {"1": "1", "ANAK": "ANAK"}},
    "desa_teks": {"daftar": {"33.25.12.2003": "Subah"}},
    "tanggal_bagian": {"bulan": 3, "tahun": 2026},
}
# Their result is of another type than the cell (days), or part of a whole.
NOT_IDEMPOTENT = {"tanggal", "tanggal_bagian"}
MS_FROM_1973 = 10**11


@pytest.mark.parametrize("name", sorted(NORMALISERS), ids=ascii)
@quick
@given(value=cells)
def test_only_row_errors_and_stable_results(name: str, value: object) -> None:
    options = NEEDED.get(name, {})
    try:
        found, flags = NORMALISERS[name](value, **options)
    except RowError as refused:
        found, flags = None, (refused.code,)
    assert isinstance(flags, tuple)
    assert all(flag and flag == flag.upper() for flag in flags)
    if name == "waktu" and found is not None and found < MS_FROM_1973:
        return  # read again, such a number would be seconds or an Excel serial
    if found is not None and name not in NOT_IDEMPOTENT:
        again, _ = NORMALISERS[name](found, **options)
        assert again == found
    if isinstance(found, str):
        found.encode()


def test_descriptions_cover_all_names_and_options() -> None:
    found = {d.name: d for d in describe()}
    assert set(found) == set(NORMALISERS)
    assert all(
        d.summary.endswith(".") or d.summary.endswith(":") for d in found.values()
    )
    options = {option.name: option for option in found["nik"].options}
    assert set(options) == {"tgl_lahir", "jk", "dari_desimal"}
    assert options["jk"].is_per_row
    assert not options["dari_desimal"].is_per_row
    assert found["kode"].options[0].is_required
    for description in found.values():
        for option in description.options:
            assert f"{option.name}: " in description.details
    assert describe("uang")[0].options[0].default is True


def test_binding_prepares_options_once() -> None:
    status = bind("kode", {"tabel": {"1": "HIDUP"}}, field="status")
    assert status("01") == ("HIDUP", ())
    with pytest.raises(RowError) as refused:
        status("9")
    assert refused.value.field == "status"
    village = bind("desa_teks", {"daftar": VillageIndex({"33.25.12.2003": "Subah"})})
    assert village("Subah", kecamatan="Subah")[0] == "33.25.12.2003"
    asked = bind("ya_tidak", {"tabel": {"cair": True}})
    assert asked("Cair") == (True, ())
    assert bind("kode", {"tabel": CodeTable({"1": "A"})})(1) == ("A", ())
    assert bind("nik")("3325124501580003", jk="L")[1] == ("NIK_BEDA_JK",)


def test_lenient_binding_turns_a_refusal_into_a_flag() -> None:
    assert bind("telepon", lunak=True)("123") == (None, ("TELEPON_TIDAK_SAH",))


def test_wrong_options_are_all_reported() -> None:
    with pytest.raises(ConfigError) as refused:
        bind("kode", {"tabelnya": {}, "warna": 1})
    assert len(refused.value.problems) == 3
    with pytest.raises(ConfigError, match=r"valid names: .*nik"):
        bind("nik16")
    with pytest.raises(ConfigError, match="valid: none"):
        bind("telepon", {"x": 1})
