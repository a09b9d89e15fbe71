"""Treasury and planners at work: what they change, and what stays as it was."""

import json
import shutil
import sqlite3
from contextlib import closing

import pytest

from tests.integration.simulate.test_live import live


@pytest.fixture
def world(folder, made, tmp_path):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    return tmp_path, made


def ask(folder, app, sql, *values):
    with closing(sqlite3.connect(folder / app / f"{app}.db")) as connection:
        found = connection.execute(sql, values).fetchall()
        connection.commit()
        return found


BUDGET = (
    "SELECT kode_sbl, SUM(rincian) FROM data_rka WHERE active = 1 GROUP BY kode_sbl"
)


def test_payments_are_new_verified_documents(world):
    folder, made = world
    done = live(world, only=["payment"], seconds=0.3)["payment"]
    before = made.rows["sipd"]["data_sp2d_sipd"]
    sql = (
        "SELECT h.isDraft, h.verifikasiSp2d, h.tanggalSp2d, h.nilaiSp2d, d.jumlah "
        "FROM data_sp2d_sipd h JOIN data_sp2d_sipd_detail d ON d.idSp2d = h.idSp2d "
        "WHERE h.idSp2d > ?"
    )
    rows = ask(folder, "sipd", sql, before)
    assert len(rows) == done > 0
    assert all(row[:3] == (0, 1, "2026-11-21") and row[3] == row[4] for row in rows)


def test_a_shift_keeps_every_total(world):
    folder, _ = world
    before = ask(folder, "sipd", BUDGET)
    lines = ask(folder, "sipd", "SELECT id, rincian FROM data_rka ORDER BY id")
    assert live(world, only=["shift"], seconds=0.3)["shift"] > 0
    assert ask(folder, "sipd", BUDGET) == before
    assert ask(folder, "sipd", "SELECT id, rincian FROM data_rka ORDER BY id") != lines
    stages = "SELECT DISTINCT id_jadwal FROM data_sub_keg_bl"
    assert (3,) in ask(folder, "sipd", stages)


def test_a_rescrape_brings_every_row_back_under_another_id(world):
    folder, _ = world
    before = ask(folder, "sipd", BUDGET)
    assert live(world, only=["rescrape"], seconds=0.3)["rescrape"] == 1
    assert ask(folder, "sipd", BUDGET) == before
    inactive = ask(folder, "sipd", "SELECT count(*) FROM data_rka WHERE active = 0")
    ((begun, ended, count),) = ask(
        folder, "sipd", "SELECT mulai, selesai, jumlah_baris FROM data_pengambilan"
    )
    assert begun <= ended
    assert 0 < inactive[0][0] < count


def test_planners_answer_an_open_finding(world):
    folder, _ = world
    ((number, unit, code),) = ask(
        folder,
        "eplanning",
        "SELECT r.id_renja_rancangan, u.kode_skpd, k.kd_sub_kegiatan "
        "FROM trx_renja_rancangan r JOIN ref_unit u ON u.id_unit = r.id_unit "
        "JOIN trx_rkpd_final p ON p.id_rkpd_rancangan = r.id_rkpd_rancangan "
        "JOIN `90_ref_sub_kegiatan` k ON k.id_sub_kegiatan = r.id_kegiatan_ref "
        "WHERE p.jns_dokumen = 1 AND length(k.kd_sub_kegiatan) = 15 LIMIT 1",
    )
    finding = {
        "status": "TERBUKA",
        "jenis": "LEBIH_DARI_RENCANA",
        "tahun": 2026,
        "kode_skpd": unit,
        "kode_sub_giat": f"{code[:-2]}00{code[-2:]}",
        "tahap_rencana": "RKPD",
        "anggaran": "123456789.00",
    }
    put = "INSERT INTO bus_masuk VALUES (?, 'SELISIH', ?, '2026-11-21 08:00:00', ?, ?)"
    closed = {**finding, "status": "DITUTUP"}
    for name, content in (("a", closed), ("b", finding)):
        ask(folder, "eplanning", put, name, json.dumps(content), None, None)
    assert live(world, only=["plan"], seconds=0.05)["plan"] == 1
    row = "FROM trx_renja_rancangan WHERE id_renja_rancangan = ?"
    plan = ask(folder, "eplanning", f"SELECT pagu_tahun_kegiatan {row}", number)
    assert plan == [(123456789,)]
    left = "SELECT event_id FROM bus_masuk WHERE diproses IS NULL"
    assert ask(folder, "eplanning", left) == [("a",)]
