"""A day in the life, with a clock that needs no waiting."""

import csv
import json
import shutil
import sqlite3
from contextlib import closing
from zoneinfo import ZoneInfo

import pytest

from bus.errors import ConfigError
from ops.simulate.create import Stores, create
from ops.simulate.desks.live import WEIGHTS, Day
from ops.simulate.faults import Faults
from ops.simulate.world import Plan
from tests.integration.simulate.conftest import TODAY, Still

ZONE = ZoneInfo("Asia/Jakarta")


@pytest.fixture
def world(folder, made, tmp_path):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    return tmp_path, made


def live(world, seed=1, only=(), rate=1000, seconds=3.0):
    folder, manifest = world
    day = Day(Stores(folder), manifest, seed, Still(), ZONE, only)
    try:
        return day.run(rate, seconds)
    finally:
        day.close()


def ask(folder, app, sql):
    name = {"desa": "opensid", "esakti": "esakti"}[app]
    with closing(sqlite3.connect(folder / app / f"{name}.db")) as connection:
        return connection.execute(sql).fetchall()


def tell(folder, kind, content, event_id="e1"):
    with closing(sqlite3.connect(folder / "esakti" / "esakti.db")) as connection:
        connection.execute(
            "INSERT INTO bus_masuk VALUES (?, ?, ?, '2026-11-21 08:00:00', NULL, NULL)",
            (event_id, kind, json.dumps(content)),
        )
        connection.commit()


def test_offices_work_without_the_bus(world):
    folder, made = world
    done = live(world)
    assert sum(done.values()) > 80
    assert done["death"] > done["by_hand"] > 0
    journal = ask(folder, "desa", "SELECT count(*) FROM log_penduduk")[0][0]
    added = done["death"] + done["move"]
    assert journal == made.rows["desa"]["log_penduduk"] + added
    claims = ask(folder, "esakti", "SELECT count(*) FROM tb_santunan")[0][0]
    assert claims == made.rows["esakti"]["tb_santunan"] + done["by_hand"]


def test_a_death_is_in_journal_letter_and_register(world):
    folder, _ = world
    done = live(world, only=["death"], seconds=0.5)
    rows = ask(
        folder,
        "desa",
        "SELECT l.tgl_peristiwa, l.created_at, s.no_surat, p.status_dasar "
        "FROM log_penduduk l JOIN tweb_penduduk p ON p.id = l.id_pend "
        "JOIN log_surat s ON s.id_pend = p.id "
        "ORDER BY l.id DESC LIMIT " + str(done["death"]),
    )
    assert len(rows) == done["death"] > 0
    for died, written, letter, status in rows:
        assert died <= "2026-11-21"
        assert written.startswith("2026-11-21 ")
        assert letter.startswith("474.3/")
        assert status == 2


def test_certificates_are_whole_files_with_serials_going_on(world):
    folder, made = world
    done = live(world)
    serials = []
    for path in (folder / "siak" / "kematian").glob("CAPIL_MATI_*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            serials += [int(r["MATI_NO"]) for r in csv.DictReader(file, delimiter="|")]
    first = made.rows["siak"]["kematian"] + 1
    count = done["certificate"] + done.get("cancellation", 0)
    assert sorted(serials) == list(range(first, first + count))
    live(world, seed=2)
    names = list((folder / "siak" / "kematian").glob("CAPIL_MATI_*.csv"))
    assert len(names) == len(set(names)) > 1


def test_money_comes_in_the_middle_of_the_day(world):
    folder, _ = world
    assert live(world)["budget"] == 1
    path = folder / "bpkad" / "anggaran" / "anggaran_2026_perubahan_2.csv"
    (line,) = path.read_text(encoding="utf-8").splitlines()[1:]
    assert line.startswith("2026;5.02.0.00.0.00.01.0000;5.02.02.2.04.0009;")
    assert line.endswith(";42.000.000,00;PERUBAHAN;2")


def test_a_form_of_the_bus_becomes_a_claim(world):
    folder, _ = world
    tell(
        folder,
        "KLAIM_TERISI",
        {
            "kd_desa": "3325012001",
            "nik_alm": "3325014501589001",
            "no_kk_alm": "3325011204069001",
            "nama_alm": "SUMINAH",
            "tgl_lahir_alm": "05-01-1958",
            "jk_alm": "P",
            "tgl_meninggal": "20-11-2026",
            "no_surat_kematian": "474.3/001/2001/XI/2026",
            "nik_waris": None,
            "nama_waris": "ACHMAD",
            "hub_waris": "ANAK",
        },
    )
    assert live(world, only=["prepared"])["prepared"] == 1
    claim = ask(
        folder,
        "esakti",
        "SELECT nik_alm, hub_waris, status, user_input, hapus FROM tb_santunan "
        "ORDER BY id_santunan DESC LIMIT 1",
    )
    assert claim == [("3325014501589001", "ANAK KANDUNG", "1", "ds_2001", "T")]
    left = ask(folder, "esakti", "SELECT 1 FROM bus_masuk WHERE diproses IS NULL")
    assert left == []


def test_an_approved_claim_is_paid_and_a_rejected_one_marked(world):
    folder, _ = world
    numbers = ask(folder, "esakti", "SELECT no_reg FROM tb_santunan ORDER BY 1 LIMIT 2")
    (good,), (bad,) = numbers
    tell(folder, "STATUS_KLAIM", {"no_reg": good, "status": "4"}, "e1")
    rejected = {"no_reg": bad, "status": "8", "alasan_kode": "LEWAT_BATAS"}
    tell(folder, "STATUS_KLAIM", rejected, "e2")
    tell(folder, "STATUS_KLAIM", {"no_reg": None, "status": "8"}, "e3")
    assert live(world, only=["settle"])["settle"] == 3
    sql = "SELECT status, tgl_cair, alasan FROM tb_santunan WHERE no_reg = "
    assert ask(folder, "esakti", f"{sql}'{good}'")[0][:2] == ("5", "2026-11-21")
    assert ask(folder, "esakti", f"{sql}'{bad}'")[0][::2] == ("8", "LEWAT_BATAS")
    fault = ask(folder, "esakti", "SELECT galat FROM bus_masuk WHERE event_id = 'e3'")
    assert fault == [("tidak ada klaim",)]


def test_same_seed_does_the_same(tmp_path):
    seen = []
    for name in ("a", "b"):
        folder = tmp_path / name
        made = create(folder, Plan(800, 3, TODAY, Faults()), clock=Still())
        live((folder, made), seed=5, seconds=1.0)
        with closing(sqlite3.connect(folder / "desa" / "opensid.db")) as connection:
            seen.append(list(connection.iterdump()))
    assert seen[0] == seen[1]


def test_an_unknown_action_is_refused(world):
    with pytest.raises(ConfigError, match="certificate"):
        live(world, only=["tidur"])
    assert "death" in WEIGHTS
