"""As-of joins: what is right at a moment, and what happens when that comes late."""

import pytest

from bus.streams.topology.operators.asof_join import AsOfJoin, Policy
from bus.streams.topology.operators.chain import chain, chain_moment
from bus.streams.topology.operators.deadline import Deadline
from bus.streams.topology.operators.timer import Timers, on_time
from tests.unit.operators.kontrak import LOG, catatan, hasil, meja, terbit

MINUTE = 60_000
STORES = {
    "tabel": "Rujukan",
    "tunggu": "Catatan",
    "nomor": "NomorTersimpan",
    "timer": "TimerTersimpan",
}


def _driver(policy, keep_ms=None):
    timers = Timers("timer")
    join = AsOfJoin(
        policy=policy,
        table="tabel",
        waiting="tunggu",
        numbers="nomor",
        deadline=Deadline(timers, "asof"),
        wait_ms=10 * MINUTE,
        keep_ms=keep_ms,
    )
    return meja(
        {
            "Catatan": chain(join.left, hasil),
            "Rujukan": chain(join.right(), hasil),
            "WaktuTiba": on_time(timers, {"asof": chain_moment(join.expired, hasil)}),
        },
        STORES,
        partitions=1,
    )


@pytest.fixture
def at():
    """Events by minutes after the start of the driver's clock."""
    start = meja({}, {}).clock.now_ms()

    def make(jenis, isi, minutes, key="a"):
        waktu = start + round(minutes * MINUTE)
        return catatan(key, isi, waktu=waktu, jenis=jenis)

    return make


def kiri(at, isi, minutes, key="a"):
    return at("Catatan", isi, minutes, key)


def kanan(at, isi, minutes, key="a"):
    return at("Rujukan", isi, minutes, key)


@pytest.mark.parametrize("policy", Policy)
def test_the_version_that_held_at_the_moment_is_taken(policy, at):
    driver = _driver(policy)
    driver.pipe(LOG, *(kanan(at, f"v{n}", n) for n in (3, 1, 2)))
    driver.pipe(LOG, kanan(at, "lain", 1, key="a/"))
    driver.pipe(LOG, *(kiri(at, f"l{n}", n) for n in (1, 2.5, 9)))
    assert terbit(driver) == ["l1:v1", "l2.5:v2", "l9:v3"]


def test_final_goes_on_with_nothing_and_keeps_nothing(at):
    driver = _driver(Policy.FINAL)
    driver.pipe(LOG, kiri(at, "l", 2), kanan(at, "v", 1))
    assert terbit(driver) == ["l:-"]
    assert [k.split(b"/")[0] for k in driver.state_bytes("uji.satu", 0)] == [b"tabel"]


def test_wait_goes_on_when_the_version_comes(at):
    driver = _driver(Policy.WAIT)
    driver.pipe(LOG, kiri(at, "l2", 2), kiri(at, "l4", 4), kiri(at, "l4", 4))
    driver.pipe(LOG, kanan(at, "v3", 3))
    assert terbit(driver) == ["l4:v3"]
    driver.restart()
    driver.pipe(LOG, kanan(at, "v1", 1))
    assert terbit(driver) == ["l4:v3", "l2:v1"]
    driver.advance(60 * MINUTE)
    assert terbit(driver) == ["l4:v3", "l2:v1"]


def test_wait_gives_up_to_the_minute(at):
    driver = _driver(Policy.WAIT)
    driver.pipe(LOG, kiri(at, "l1", 1), kiri(at, "l2", 2))
    driver.advance(11 * MINUTE - 1)
    assert terbit(driver) == []
    driver.advance(1)
    assert terbit(driver) == ["l1:-"]
    driver.advance(1 * MINUTE)
    assert terbit(driver) == ["l1:-", "l2:-"]
    driver.pipe(LOG, kanan(at, "v", 0))
    assert terbit(driver) == ["l1:-", "l2:-"]


def test_a_late_version_is_a_revision_with_a_number(at):
    driver = _driver(Policy.EMIT_THEN_CORRECT)
    driver.pipe(LOG, kiri(at, "l", 5))
    driver.pipe(LOG, kanan(at, "v1", 1), kanan(at, "v3", 3), kanan(at, "v2", 2))
    driver.pipe(LOG, kanan(at, "v6", 6), kanan(at, "v3", 3), kanan(at, "v3b", 3))
    driver.pipe(LOG, kiri(at, "l", 5))
    assert terbit(driver) == ["l:-", "l:v1#1", "l:v3#2", "l:v3b#3"]
    driver.advance(16 * MINUTE)
    driver.pipe(LOG, kanan(at, "v4", 4))
    assert terbit(driver)[-1] == "l:v3b#3"
    kept = {k.split(b"/")[0] for k in driver.state_bytes("uji.satu", 0)}
    assert kept == {b"tabel", b"timer"}


def test_ended_versions_are_forgotten_as_far_as_nobody_can_ask(at):
    driver = _driver(Policy.FINAL, keep_ms=5 * MINUTE)
    driver.pipe(LOG, *(kanan(at, f"v{n}", n) for n in (1, 2, 3, 9)))
    driver.pipe(LOG, kiri(at, "l4", 4), kiri(at, "l2", 2))
    assert terbit(driver) == ["l4:v3", "l2:-"]
