"""The stores of the five offices: readable, countable, the same for the same seed."""

import csv
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from bus.errors import ConfigError
from bus.normalise.money import uang
from bus.normalise.nik import nik, sex_of
from bus.normalise.no_kk import no_kk
from ops.simulate.create import create
from ops.simulate.faults import Faults, no_faults, parse_faults
from ops.simulate.manifest import load_manifest
from ops.simulate.residents.numbers import is_synthetic
from ops.simulate.world import Plan
from tests.integration.simulate.conftest import RESIDENTS, TODAY


def rows_of(path: Path, delimiter: str) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def residents_in(folder: Path) -> list[dict[str, str]]:
    return rows_of(folder / "siak" / "penduduk" / "BIODATA_WNI.csv", "|")


def query(path: Path, sql: str) -> list[tuple]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def contents(folder: Path) -> dict[str, object]:
    """What the stores say, without what depends on where they are."""
    files = sorted([*folder.rglob("*.csv"), *folder.rglob("*.xlsx")])
    found: dict[str, object] = {path.name: path.read_bytes() for path in files}
    for name in ("desa/opensid", "esakti/esakti", "eplanning/eplanning", "sipd/sipd"):
        with closing(sqlite3.connect(folder / f"{name}.db")) as connection:
            found[name] = list(connection.iterdump())
    return found


def test_all_regions_of_batang_are_there(folder, made):
    assert (made.kecamatan, made.villages) == (15, 248)
    codes = query(folder / "desa" / "opensid.db", "SELECT kode_desa FROM config")
    assert len(codes) == 248
    assert all(code.startswith("3325") and len(code) == 10 for (code,) in codes)


def test_exactly_as_many_residents_as_asked_for(folder, made):
    assert len(residents_in(folder)) == RESIDENTS == made.rows["siak"]["penduduk"]


@pytest.mark.parametrize(
    ("database", "app"), [("desa/opensid.db", "desa"), ("esakti/esakti.db", "esakti")]
)
def test_manifest_counts_the_rows_of_a_database(folder, made, database, app):
    for table, count in made.rows[app].items():
        assert query(folder / database, f"SELECT count(*) FROM {table}") == [(count,)]


def test_village_rows_are_residents_babies_and_doubles(made):
    extra = made.faults.get("desa_ganda", 0) + made.faults.get("esakti_bayi", 0)
    assert made.rows["desa"]["tweb_penduduk"] == RESIDENTS + extra


def test_every_nik_is_valid_synthetic_and_nobody_elses(folder, made):
    seen = set()
    for row in residents_in(folder):
        born = date.fromisoformat("-".join(reversed(row["TGL_LHR"].split("-"))))
        value, flags = nik(row["NIK"], tgl_lahir=(born - date(1970, 1, 1)).days)
        assert value == row["NIK"]
        assert not flags
        assert is_synthetic(value)
        assert sex_of(value) == {"1": "L", "2": "P"}[row["JENIS_KLMIN"]]
        seen.add(value)
    assert len(seen) == RESIDENTS


def test_every_family_card_number_is_valid_and_synthetic(folder, made):
    for row in residents_in(folder):
        assert no_kk(row["NO_KK"]) == (row["NO_KK"], ())
        assert is_synthetic(row["NO_KK"])


def test_people_have_families(folder, made):
    people = residents_in(folder)
    known = {row["NIK"] for row in people}
    with_mother = [row for row in people if row["NIK_IBU"]]
    assert len(with_mother) > 0.2 * len(people)
    assert sum(row["NIK_IBU"] in known for row in with_mother) > 0.9 * len(with_mother)
    heads = Counter(row["STAT_HBKEL"] for row in people)
    assert 2.4 < len(people) / heads["1"] < 4


def test_certificates_are_of_people_in_the_extract(folder, made):
    deaths = rows_of(folder / "siak" / "kematian" / "CAPIL_MATI.csv", "|")
    assert len(deaths) == made.rows["siak"]["kematian"]
    dead = {row["NIK"] for row in residents_in(folder) if row["STAT_HIDUP"] == "2"}
    assert {row["MATI_NIK"] for row in deaths} == dead


def test_poverty_register_is_readable_and_counted(folder, made):
    paths = sorted((folder / "dinsos" / "dtsen").glob("DTSEN_*.xlsx"))
    assert [path.stem[6:] for path in paths] == list(made.rows["dinsos"])
    for path in paths:
        sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        assert len(sheet) - 1 == made.rows["dinsos"][path.stem[6:]]
        assert {row[9] for row in sheet[1:]} == {path.stem[6:]}
        assert {row[5] for row in sheet[1:]} <= set(range(1, 11))


def test_budget_has_the_line_of_the_grant_with_decimal_comma(folder, made):
    for year in (2025, 2026):
        name = f"anggaran_{year}_murni.csv"
        lines = rows_of(folder / "bpkad" / "anggaran" / name, ";")
        assert len(lines) == made.rows["bpkad"][name]
        grant = [row for row in lines if row["KODE_AKUN"] == "5.3.01.01.01.0001"]
        assert grant[0]["TAHUN"] == str(year)
        assert grant[0]["PAGU"].endswith(",00")
        assert uang(grant[0]["PAGU"])[0] == 7_000_000


def test_claims_are_for_deaths_the_villages_reported(folder, made):
    letters = {
        letter
        for (letter,) in query(
            folder / "desa" / "opensid.db", "SELECT no_surat FROM log_surat"
        )
    }
    claimed = query(
        folder / "esakti" / "esakti.db", "SELECT no_surat_kematian FROM tb_santunan"
    )
    assert claimed
    assert {letter for (letter,) in claimed} <= letters


def test_rates_of_faults_hold(made):
    residents = {
        "siak_nama_beda": 0.06,
        "siak_kk_lama": 0.05,
        "siak_belum_mati": 0.02,
        "desa_sudah_pindah": 0.03,
        "desa_sudah_mati": 0.01,
    }
    for name, rate in residents.items():
        assert made.faults[name] == pytest.approx(rate * RESIDENTS, rel=0.35), name


def test_same_seed_makes_the_same_and_another_does_not(folder, made, tmp_path):
    again = create(tmp_path / "a", Plan(RESIDENTS, 7, TODAY, Faults()))
    assert contents(tmp_path / "a") == contents(folder)
    assert again.faults == made.faults
    create(tmp_path / "b", Plan(RESIDENTS, 8, TODAY, Faults()))
    assert contents(tmp_path / "b") != contents(folder)


def test_without_faults_nothing_is_planted(tmp_path):
    clean = create(tmp_path, Plan(600, 1, TODAY, no_faults()))
    assert clean.faults == {}
    assert clean.rows["desa"]["tweb_penduduk"] == 600


def test_a_second_run_replaces_the_first(tmp_path):
    create(tmp_path, Plan(900, 1, TODAY, Faults()))
    create(tmp_path, Plan(300, 1, TODAY, Faults()))
    assert len(residents_in(tmp_path)) == 300
    assert load_manifest(tmp_path).residents == 300


def test_fewer_residents_than_villages(tmp_path):
    assert create(tmp_path, Plan(5, 1, TODAY, Faults())).villages == 248


def test_rates_are_read_from_the_command_line():
    assert parse_faults(["none", "siak_kk_lama=0.5"]).siak_kk_lama == 0.5
    assert parse_faults(["none"]).siak_nama_beda == 0
    with pytest.raises(ConfigError) as caught:
        parse_faults(["siak_kk_lama=2", "tidak_ada=0.1"])
    assert len(caught.value.problems) == 2


def test_folder_without_a_world_says_what_to_do(tmp_path):
    with pytest.raises(ConfigError, match="opdbus simulate create"):
        load_manifest(tmp_path)
