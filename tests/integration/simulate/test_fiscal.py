"""Plan, budget and spending in three apps: they agree but for what was planted."""

import csv
import sqlite3
from collections import Counter
from contextlib import closing
from decimal import Decimal

import pytest

from ops.simulate.fiscal.offices import MERGED_AWAY, SIMDA_OFFICES, offices
from tests.integration.simulate.test_connectors import Read


@pytest.fixture(scope="module")
def apps(folder, made):
    patch = pytest.MonkeyPatch()
    patch.setenv("EPLANNING_URL", f"sqlite:///{folder / 'eplanning' / 'eplanning.db'}")
    patch.setenv("SIPD_URL", f"sqlite:///{folder / 'sipd' / 'sipd.db'}")
    patch.setenv("SIMDA", str(folder / "simda"))
    patch.setenv("BPKAD", str(folder / "bpkad"))
    yield made
    patch.undo()


def ask(path, sql):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def totals(values, field):
    found = Counter()
    for value in values:
        found[value["kode_skpd"], value["kode_sub_giat"]] += value[field]
    return found


@pytest.mark.parametrize("app", ["eplanning", "sipd"])
def test_manifest_counts_the_rows(folder, made, app):
    for table, count in made.rows[app].items():
        (found,) = ask(folder / app / f"{app}.db", f'SELECT count(*) FROM "{table}"')
        assert found == (count,), table


def test_plans(apps):
    found = Read("eplanning-rencana.yaml")
    plans = found.values["RencanaDitetapkan"]
    assert not found.rejects
    assert len(plans) == found.rows == apps.rows["eplanning"]["trx_renja_rancangan"]
    short = [v for v in plans if "SUB_KEGIATAN_2020" in v["mutu"]]
    assert 0.15 < len(short) / len(plans) < 0.45
    assert all(len(v["kode_sub_giat"].split(".")[5]) == 4 for v in plans)
    assert {v["tahap"] for v in plans} == {"RKPD", "PERUBAHAN"}
    assert all(v["pagu"] % 1000 == 0 for v in plans if v["nama"])


def test_budget_lines_of_the_mirror(apps):
    found = Read("sipd-anggaran.yaml")
    lines = found.values["AnggaranDitetapkan"]
    assert not found.rejects
    assert len(lines) == len(found.keys) == apps.rows["sipd"]["data_rka"]
    assert all(sum(v["kas_bulanan"]) == v["pagu"] for v in lines)
    assert MERGED_AWAY not in {v["kode_skpd"] for v in lines}


def test_plans_and_budgets_differ_only_where_it_was_planted(apps):
    plans = Read("eplanning-rencana.yaml").values["RencanaDitetapkan"]
    lines = Read("sipd-anggaran.yaml").values["AnggaranDitetapkan"]
    lines += Read("bpkad-anggaran.yaml").values["AnggaranDitetapkan"]
    plans = [v for v in plans if v["tahun"] == 2026]
    planned = {(v["kode_skpd"], v["kode_sub_giat"]): v["pagu"] for v in plans}
    lines = [v for v in lines if v["tahun"] == 2026]
    budget = totals(lines, "pagu")
    merged = {k for k in planned if k[0] == MERGED_AWAY}
    without_budget = planned.keys() - budget.keys() - merged
    over = [
        k
        for k in planned.keys() & budget.keys()
        if budget[k] - planned[k] >= Decimal(1000)
    ]
    faults = apps.faults
    assert len(without_budget) == faults.get("rencana_tanpa_anggaran", 0)
    grown = faults.get("anggaran_lebih_rencana", 0)
    assert grown <= len(over) <= grown + faults.get("bpkad_lebih_rencana", 0)


def test_payments(apps):
    found = Read("sipd-sp2d.yaml")
    paid = found.values["RealisasiDicatat"]
    assert not found.rejects
    assert len(paid) == apps.rows["sipd"]["data_sp2d_sipd_detail"]
    kinds = Counter(v["jenis"] for v in paid)
    assert kinds["UP"] == len(offices()) - len(SIMDA_OFFICES)
    assert kinds["GAJI"] > 0
    assert all(v["kode_sub_giat"] == "-" for v in paid if v["jenis"] == "UP")
    assert "nama_pihak_ketiga" not in paid[0]


def test_old_codes_with_decimal_comma(folder, apps):
    found = Read("simda-sp2d.yaml")
    paid = found.values["RealisasiDicatat"]
    assert not found.rejects
    assert len(paid) == sum(apps.rows["simda"].values())
    (path,) = (folder / "simda" / "sp2d").glob("*.csv")
    with path.open(encoding="utf-8", newline="") as file:
        assert all(
            r["NILAI"].endswith(",00") for r in csv.DictReader(file, delimiter=";")
        )
    codes = {
        v["kode_lama"] for v in Read("sipd-peta.yaml").values["PemetaanKodeDitetapkan"]
    }
    used = {v["kode_sub_giat"] for v in paid} - {"-"}
    assert len(used - codes) <= apps.faults.get("peta_kurang", 0)
    assert used & codes
