"""Deadlines: told once, in order, whatever happens to the process or the clock."""

import pytest

from bus.record import header
from bus.streams.topology.operators.timer import Timers, on_time
from bus.streams.topology.pipeline import Pipeline, Topology
from bus.streams.wiring.ticks import midnight_ms
from bus.testing.topology_driver import TopologyDriver
from tests.unit.operators.kontrak import (
    HASIL,
    LAIN,
    LOG,
    SIMPANAN,
    TENANT,
    catatan,
    katalog,
    serde,
)

TIMERS = Timers("timer")
MINUTE = 60_000


def _set(event, ctx):
    """`angka` minutes from the event on; the text `batal` takes it back."""
    if event.value["isi"] == "batal":
        TIMERS.cancel(ctx, f"tenggat/{event.key}")
    else:
        due = event.time_ms + event.value["angka"] * MINUTE
        TIMERS.set(ctx, f"tenggat/{event.key}", due)


def _tell(ctx, key, now_ms):
    ctx.emit(HASIL, "Hasil", key, {"isi": "lewat", "angka": now_ms, "revisi": 0})


def _topology(tell=_tell):
    return Topology(
        "uji",
        (),
        (
            Pipeline(
                name="uji.satu",
                source=LOG,
                handlers={
                    "Catatan": _set,
                    "WaktuTiba": on_time(TIMERS, {"tenggat": tell}),
                },
                stores={"timer": "TimerTersimpan"},
                changelog=SIMPANAN,
                sinks=(HASIL, LAIN),
                timers="timer",
            ),
        ),
    )


@pytest.fixture
def driver():
    return TopologyDriver(_topology(), katalog(), TENANT, serde=serde())


def told(driver):
    return sorted((e.value["angka"], e.key) for e in driver.read(HASIL))


def test_a_timer_fires_once_at_its_moment(driver):
    now = driver.clock.now_ms()
    driver.pipe(LOG, catatan("a", angka=5, waktu=now))
    driver.advance(5 * MINUTE - 1)
    assert told(driver) == []
    driver.advance(1)
    driver.advance(60 * MINUTE)
    assert told(driver) == [(now + 5 * MINUTE, "a")]


def test_setting_again_moves_and_cancelling_takes_back(driver):
    now = driver.clock.now_ms()
    driver.pipe(LOG, catatan("a", angka=5, waktu=now), catatan("b", angka=5, waktu=now))
    driver.pipe(LOG, catatan("a", angka=9, waktu=now), catatan("b", "batal"))
    driver.advance(60 * MINUTE)
    assert told(driver) == [(now + 9 * MINUTE, "a")]
    state = {k for p in range(4) for k in driver.state_bytes("uji.satu", p)}
    assert state == {b"timer/akhir"}


def test_a_restart_with_lost_state_forgets_no_timer(driver):
    now = driver.clock.now_ms()
    driver.pipe(LOG, *(catatan(f"k{n}", angka=n, waktu=now) for n in range(20)))
    driver.advance(10 * MINUTE)
    driver.restart()
    driver.advance(10 * MINUTE)
    assert told(driver) == sorted((now + n * MINUTE, f"k{n}") for n in range(20))


def test_after_an_outage_each_moment_is_told_in_order(driver):
    now = driver.clock.now_ms()
    driver.pipe(LOG, *(catatan(f"k{n}", angka=n, waktu=now) for n in range(1, 9)))
    driver.jump(now + 24 * 60 * MINUTE)
    assert told(driver) == [(now + n * MINUTE, f"k{n}") for n in range(1, 9)]


def test_a_moment_long_gone_is_told_after_the_last_one_with_an_id_of_its_own(driver):
    now = driver.clock.now_ms()
    driver.pipe(LOG, catatan("a", angka=5, waktu=now))
    driver.advance(10 * MINUTE)
    driver.pipe(LOG, catatan("a", "lagi", angka=5, waktu=now))
    driver.advance(0)
    assert told(driver) == [(now + 5 * MINUTE, "a"), (now + 5 * MINUTE + 1, "a")]
    assert len({e.id for e in driver.read(HASIL)}) == 2


def test_the_same_moment_told_twice_fires_nothing_more(driver):
    now = driver.clock.now_ms()
    driver.pipe(LOG, catatan("a", angka=5, waktu=now))
    driver.advance(5 * MINUTE)
    (tick,) = [e for e in driver.read(LOG) if e.type == "WaktuTiba"]
    for partition in range(driver.partitions):
        driver._tell(driver.topology.pipelines[0], partition, tick)
    driver.run()
    assert len(told(driver)) == 1


def test_a_timer_set_by_a_timer_fires_on_its_own_moment():
    def again(ctx, key, now_ms):
        _tell(ctx, key, now_ms)
        if len(key) < 3:
            TIMERS.set(ctx, f"tenggat/{key}x", now_ms + MINUTE)

    driver = TopologyDriver(_topology(again), katalog(), TENANT, serde=serde())
    now = driver.clock.now_ms()
    driver.pipe(LOG, catatan("a", angka=1, waktu=now))
    driver.advance(60 * MINUTE)
    assert told(driver) == [(now + n * MINUTE, "a" + "x" * (n - 1)) for n in (1, 2, 3)]


def test_timers_and_what_set_them_can_be_asked(driver):
    event = catatan("a/b", angka=5, waktu=7)
    driver.pipe(LOG, event)
    kept = driver.state("uji.satu", "timer", "n/tenggat/a/b")
    assert kept == {"waktu": 7 + 5 * MINUTE, "sebab": event.id}
    driver.advance(0)
    assert [key for _, key in told(driver)] == ["a/b"]


def test_ticks_stand_in_the_log_of_the_task_with_the_timer_only(driver):
    driver.pipe(LOG, catatan("a", angka=5))
    driver.advance(0)
    ticks = [
        (place, record)
        for place, log in driver.logs.items()
        for record in log
        if header(record.headers, "ce_type") == "WaktuTiba"
    ]
    assert len(ticks) == 1


def test_days_pass_with_the_clock():
    days = []
    pipeline = Pipeline(
        "uji.hari", LOG, {"HariBerganti": lambda e, _: days.append(e.value["tanggal"])}
    )
    driver = TopologyDriver(
        Topology("uji", (), (pipeline,)), katalog(), TENANT, serde=serde(), partitions=1
    )
    today = driver.clock.now_ms() // 86_400_000
    driver.until(midnight_ms(today + 2, TENANT.zona_waktu))
    assert days == [today + 1, today + 2]
    driver.jump(midnight_ms(today + 9, TENANT.zona_waktu) + 5)
    assert days == [today + 1, today + 2, today + 9]


def test_a_moment_that_fails_is_a_dead_letter_and_fires_when_redriven(driver):
    now = driver.clock.now_ms()
    handlers = driver.topology.pipelines[0].handlers
    good = handlers["WaktuTiba"]
    driver.pipe(LOG, catatan("a", angka=5, waktu=now))
    handlers["WaktuTiba"] = on_time(TIMERS, {})
    driver.advance(6 * MINUTE)
    letters = [log for place, log in driver.logs.items() if "deadletter" in place[0]]
    assert [len(log) for log in letters] == [1]
    handlers["WaktuTiba"] = good
    others = [f"k{n}" for n in range(20)]
    driver.pipe(LOG, *(catatan(key, angka=8, waktu=now) for key in others))
    driver.advance(10 * MINUTE)
    assert told(driver) == sorted((now + 8 * MINUTE, key) for key in others)
    (failed,) = [e for e in driver.read(LOG) if e.time_ms == now + 5 * MINUTE]
    for _ in range(2):
        for partition in range(driver.partitions):
            driver._tell(driver.topology.pipelines[0], partition, failed)
    driver.run()
    assert [key for _, key in told(driver) if key not in others] == ["a"]
