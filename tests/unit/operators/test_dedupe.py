"""An id passes once, within the horizon."""

from bus.streams.topology.operators.chain import chain
from bus.streams.topology.operators.dedupe import Dedupe
from bus.streams.topology.operators.map import map_value
from bus.streams.topology.operators.send import send
from tests.unit.operators.kontrak import HASIL, LOG, catatan, meja, terbit

DAY = 86_400_000
DEDUPE = Dedupe("terlihat", 2 * DAY)


def _driver():
    return meja(
        {
            "Catatan": chain(
                DEDUPE, map_value(lambda v: {**v, "revisi": 0}, "Hasil"), send(HASIL)
            ),
            "HariBerganti": lambda e, ctx: DEDUPE.forget(ctx, e.value["tanggal"] * DAY),
        },
        {"terlihat": "IdTerlihat"},
        partitions=1,
    )


def test_a_repeated_id_does_not_pass_in_the_same_batch_nor_later():
    driver = _driver()
    driver.pipe(LOG, catatan("a", "1"), catatan("a", "1"), catatan("a", "2"))
    driver.restart()
    driver.pipe(LOG, catatan("a", "2"))
    assert terbit(driver) == ["1", "2"]


def test_an_id_is_kept_for_the_horizon_and_forgotten_by_the_second_tick_after():
    driver = _driver()
    driver.tick(100)
    driver.pipe(LOG, catatan("a", "1", waktu=10**14))
    for day in (101, 102):
        driver.tick(day)
        driver.pipe(LOG, catatan("a", "1", waktu=10**14))
    driver.pipe(LOG, catatan("b", "1"))
    assert terbit(driver) == ["1", "1"]
    for day in (103, 104, 105):
        driver.tick(day)
    driver.pipe(LOG, catatan("a", "1", waktu=10**14))
    assert terbit(driver) == ["1", "1", "1"]
    for day in range(106, 112):
        driver.tick(day)
        driver.pipe(LOG, catatan("c", str(day)))
    ids = [k for k in driver.state_bytes("uji.satu", 0) if b"/i/" in k]
    assert 3 <= len(ids) <= 5


def test_a_day_told_again_forgets_nothing():
    driver = _driver()
    driver.tick(100)
    driver.pipe(LOG, catatan("a", "1"))
    before = driver.state_bytes("uji.satu", 0)
    driver.tick(100)
    driver.tick(99)
    assert driver.state_bytes("uji.satu", 0) == before
