"""Complaints of the simulated citizens, and the connectors that read them."""

import json
import shutil
import sqlite3
from contextlib import closing
from zoneinfo import ZoneInfo

import pytest

from ops.simulate.aduan.words import EMERGENCY, SUBJECTS
from ops.simulate.create import Stores, create
from ops.simulate.desks.aduan import FLOOD_REPORTS, WEIGHTS
from ops.simulate.desks.live import Day
from ops.simulate.faults import Faults
from ops.simulate.fiscal.offices import offices
from ops.simulate.world import Plan
from tests.integration.simulate.conftest import TODAY, Still
from tests.integration.simulate.test_connectors import Read

ZONE = ZoneInfo("Asia/Jakarta")


def ask(folder, sql):
    with closing(sqlite3.connect(folder / "aduan" / "aduan.db")) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture
def world(folder, made, tmp_path):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    return tmp_path, made


def live(world, only, seconds=1.0, seed=1):
    folder, manifest = world
    day = Day(Stores(folder), manifest, seed, Still(), ZONE, only)
    try:
        return day.run(1000, seconds)
    finally:
        day.close()


def test_manifest_counts_the_rows(folder, made):
    for table, count in made.rows["aduan"].items():
        assert ask(folder, f"SELECT count(*) FROM {table}") == [(count,)]
    assert made.rows["lapor"]["laporan"] > 0


def test_reports_are_read_and_none_rejected(apps):
    own, national = Read("aduan-laporan.yaml"), Read("lapor-laporan.yaml")
    assert not own.rejects
    assert not national.rejects
    assert own.rows == apps.rows["aduan"]["pengaduan"]
    assert national.rows == apps.rows["lapor"]["laporan"]
    reports = own.values["LaporanDiterima"] + national.values["LaporanDiterima"]
    assert len(reports) == own.rows + national.rows
    secret = [v for v in reports if v["rahasia"]]
    named = [
        *own.values.get("PelaporRahasiaDicatat", []),
        *national.values.get("PelaporRahasiaDicatat", []),
    ]
    assert len(secret) == len(named)
    assert all(v["pelapor"] is None for v in reports if v["rahasia"] or v["anonim"])
    assert all(v["pelapor"] for v in reports if not (v["rahasia"] or v["anonim"]))
    assert sum(v["anonim"] for v in reports) == apps.faults["aduan_anonim"]


def test_what_was_done_is_read(apps):
    own, national = Read("aduan-tanggapan.yaml"), Read("lapor-tindaklanjut.yaml")
    assert not own.rejects
    assert not national.rejects
    assert sum(map(len, own.values.values())) == apps.rows["aduan"]["tanggapan"]
    assert sum(map(len, national.values.values())) == apps.rows["lapor"]["tl"]
    assert {"LaporanDiverifikasi", "LaporanDitindaklanjuti"} <= own.values.keys()


def test_tables_of_the_offices(apps):
    known = {v["kode_skpd"] for v in Read("setda-opd.yaml").values["OpdDitetapkan"]}
    assert known == {office.code for office in offices()} | {EMERGENCY}
    routes = Read("kominfo-rute.yaml").values["RuteAduanDitetapkan"]
    goals = {v["tujuan"] for v in routes if v["tindakan"] == "DISPOSISI"}
    assert goals <= known
    assert {v["kategori"] for v in routes} >= {subject.name for subject in SUBJECTS}
    days = Read("setda-libur.yaml")
    assert not days.rejects
    assert days.rows == apps.rows["setda"]["libur"]


def test_the_same_seed_makes_the_same_complaints(folder, made, tmp_path):
    create(tmp_path, Plan(made.residents, 7, TODAY, Faults()), clock=Still())
    for table in ("pengaduan", "tanggapan"):
        sql = f"SELECT * FROM {table}"
        assert ask(tmp_path, sql) == ask(folder, sql)


def test_a_flood_is_fifty_reports_at_one_place(world):
    done = live(world, ["complaint", "flood"])
    assert done["flood"] == 1
    folder, made = world
    new = made.rows["aduan"]["pengaduan"]
    sql = f"SELECT lat, lng FROM pengaduan WHERE id_pengaduan > {new} AND isi_laporan"
    places = ask(folder, f"{sql} LIKE 'Banjir masuk rumah%'")
    assert len(places) == FLOOD_REPORTS
    for axis in zip(*places, strict=True):
        assert max(map(float, axis)) - min(map(float, axis)) < 0.0009


def test_offices_answer_what_the_bus_forwards(world):
    folder, made = world
    with closing(sqlite3.connect(folder / "opd" / "opd.db")) as connection:
        for number in range(1, 9):
            form = {"laporan_id": f"aduan|{number}", "kode_skpd": SUBJECTS[0].office}
            connection.execute(
                "INSERT INTO bus_masuk VALUES (?, 'DISPOSISI', ?, ?, NULL, NULL)",
                (f"e{number}", json.dumps(form), "2026-11-21 08:00:00"),
            )
        connection.commit()
    done = live(world, ["complaint_answer"], seconds=0.3)
    assert done["complaint_answer"] == 8
    journal = ask(folder, "SELECT count(*) FROM tanggapan")[0][0]
    assert journal == made.rows["aduan"]["tanggapan"] + 8
    kinds = ask(folder, "SELECT DISTINCT jenis FROM tanggapan")
    assert {"selesai"} <= {kind for (kind,) in kinds}


@pytest.mark.parametrize("name", sorted(WEIGHTS))
def test_every_action_works_or_says_there_is_nothing_to_do(world, name):
    done = live(world, [name], seconds=0.1)
    assert set(done) <= {name, "nothing"}
