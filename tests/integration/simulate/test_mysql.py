"""The village and e-Sakti databases on a real MariaDB."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from bus.clock import SystemClock
from bus.errors import ConfigError
from ops.simulate.create import Stores, create
from ops.simulate.desks.live import Day
from ops.simulate.faults import Faults
from ops.simulate.world import Plan

pytestmark = pytest.mark.database


def count(store, table: str) -> int:
    with store.engine.connect() as connection:
        return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def test_the_same_world_and_day_on_mariadb(mariadb_url, tmp_path):
    made = create(
        tmp_path, Plan(1_000, 4, date(2026, 11, 21), Faults()), mysql=mariadb_url
    )
    plain = create(tmp_path / "b", Plan(1_000, 4, date(2026, 11, 21), Faults()))
    assert made.rows == plain.rows
    assert "***" in made.stores["desa"]
    assert not (tmp_path / "desa" / "opensid.db").exists()
    stores = Stores(tmp_path, mariadb_url)
    for table, rows in made.rows["desa"].items():
        assert count(stores.desa, table) == rows
    day = Day(stores, made, 1, SystemClock(), ZoneInfo("Asia/Jakarta"))
    try:
        done = day.run(rate=200, seconds=1.5)
        journal = (
            made.rows["desa"]["log_penduduk"]
            + done.get("death", 0)
            + done.get("move", 0)
        )
        assert count(stores.desa, "log_penduduk") == journal
        claims = made.rows["esakti"]["tb_santunan"] + done["by_hand"]
        assert count(stores.esakti, "tb_santunan") == claims
    finally:
        day.close()


@pytest.mark.parametrize(
    "url", ["mysql://nobody@127.0.0.1:1/", "postgresql://x/", "no url"]
)
def test_a_server_that_cannot_be_used_is_told(tmp_path, url):
    with pytest.raises(ConfigError, match="--mysql"):
        Stores(tmp_path, url)
