"""Plan, budget and spending on a real MariaDB: read as from SQLite, and lived in."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from bus.clock import SystemClock
from ops.simulate.create import Stores, create
from ops.simulate.desks.live import Day
from ops.simulate.faults import Faults
from ops.simulate.world import Plan
from tests.integration.simulate.test_connectors import Read

pytestmark = pytest.mark.database

PLAN = Plan(500, 4, date(2026, 11, 21), Faults())
FILES = ("eplanning-rencana", "sipd-anggaran", "sipd-sp2d", "sipd-peta")
LINES = (
    "SELECT kode_sbl, SUM(rincian) FROM data_rka WHERE active = 1 "
    "GROUP BY kode_sbl ORDER BY kode_sbl"
)


def read(monkeypatch, stores):
    monkeypatch.setenv("EPLANNING_URL", stores.eplanning.address)
    monkeypatch.setenv("SIPD_URL", stores.sipd.address)
    found = {}
    for name in FILES:
        rows = Read(f"{name}.yaml")
        assert not rows.rejects, name
        found[name] = sorted(map(repr, *rows.values.values()))
    return found


def test_connectors_read_the_same_from_mariadb(mariadb_url, tmp_path, monkeypatch):
    create(tmp_path / "a", PLAN, mysql=mariadb_url)
    create(tmp_path / "b", PLAN)
    there, here = Stores(tmp_path / "a", mariadb_url), Stores(tmp_path / "b")
    try:
        assert read(monkeypatch, there) == read(monkeypatch, here)
    finally:
        there.close()
        here.close()


def test_the_treasury_works_on_mariadb(mariadb_url, tmp_path):
    made = create(tmp_path, PLAN, mysql=mariadb_url)
    stores = Stores(tmp_path, mariadb_url)
    only = ["payment", "shift", "rescrape"]
    day = Day(stores, made, 1, SystemClock(), ZoneInfo("Asia/Jakarta"), only)

    def ask(statement):
        with stores.sipd.engine.connect() as connection:
            return connection.execute(text(statement)).all()

    before = ask(LINES)
    try:
        done = day.run(rate=100, seconds=0.5)
        assert all(done[name] for name in only)
        assert ask(LINES) == before
        ((begun, open_),) = ask(
            "SELECT count(*), sum(selesai IS NULL) FROM data_pengambilan"
        )
        assert (begun, open_) == (done["rescrape"], 0)
    finally:
        day.close()
