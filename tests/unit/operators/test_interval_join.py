"""Pairs of events near each other in time, and events that stay alone."""

import itertools

import pytest

from bus.streams.topology.operators.chain import chain, chain_moment
from bus.streams.topology.operators.deadline import Deadline
from bus.streams.topology.operators.interval_join import IntervalJoin
from bus.streams.topology.operators.timer import Timers, on_time
from tests.unit.operators.kontrak import LOG, catatan, hasil, meja, terbit

MINUTE = 60_000


def _driver(*, outer=False):
    timers = Timers("timer")
    join = IntervalJoin(
        left="kiri",
        right="kanan",
        deadline=Deadline(timers, "dekat"),
        before_ms=2 * MINUTE,
        after_ms=5 * MINUTE,
        grace_ms=10 * MINUTE,
        outer=outer,
    )
    return meja(
        {
            "Catatan": chain(join.left, hasil),
            "Lawan": chain(join.right, hasil),
            "WaktuTiba": on_time(timers, {"dekat": chain_moment(join.expired, hasil)}),
        },
        {"kiri": "Catatan", "kanan": "Lawan", "timer": "TimerTersimpan"},
        partitions=1,
    )


def event(driver, isi, minutes, key="a"):
    jenis = "Catatan" if isi.startswith("l") else "Lawan"
    waktu = driver.clock.now_ms() + round(minutes * MINUTE)
    return catatan(key, isi, waktu=waktu, jenis=jenis)


@pytest.mark.parametrize("order", list(itertools.permutations(range(5)))[::7])
def test_arrival_order_makes_no_difference(order):
    driver = _driver()
    events = [
        event(driver, "l", 10),
        event(driver, "r8", 8),
        event(driver, "r15", 15),
        event(driver, "r7", 7.99),
        event(driver, "r16", 15.01),
    ]
    driver.pipe(LOG, *(events[n] for n in order))
    assert sorted(terbit(driver)) == ["l:r15", "l:r8"]


def test_repeated_events_and_other_keys_pair_nothing():
    driver = _driver()
    left, right = event(driver, "l", 1), event(driver, "r", 1)
    driver.pipe(LOG, left, right, left, right, event(driver, "r", 1, key="b"))
    assert terbit(driver) == ["l:r"]


def test_a_left_event_without_partner_is_told_when_its_time_is_up():
    driver = _driver(outer=True)
    driver.pipe(LOG, event(driver, "l1", 1), event(driver, "l2", 9))
    driver.pipe(LOG, event(driver, "r", 8))
    driver.advance(16 * MINUTE - 1)
    assert terbit(driver) == ["l2:r"]
    driver.advance(1)
    assert terbit(driver) == ["l2:r", "l1:-"]
    driver.advance(60 * MINUTE)
    assert terbit(driver) == ["l2:r", "l1:-"]
    assert list(driver.state_bytes("uji.satu", 0)) == [b"timer/akhir"]


def test_within_the_grace_a_late_partner_still_meets_and_a_restart_forgets_nothing():
    driver = _driver(outer=True)
    late = event(driver, "r", 2)
    driver.pipe(LOG, event(driver, "l", 1))
    driver.advance(15 * MINUTE)
    driver.restart()
    driver.pipe(LOG, late)
    driver.advance(60 * MINUTE)
    assert terbit(driver) == ["l:r"]
