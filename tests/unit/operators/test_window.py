"""Windows: published at their end, revised when something comes late."""

import pytest

from bus.streams.topology.operators.chain import chain, chain_moment
from bus.streams.topology.operators.deadline import Deadline
from bus.streams.topology.operators.timer import Timers, on_time
from bus.streams.topology.operators.window import Window
from tests.unit.operators.kontrak import HASIL, LOG, catatan, hasil, meja

HOUR = 3_600_000
START = {"isi": "", "angka": 0}


def _add(total, value):
    return {
        "isi": total["isi"] + value["isi"],
        "angka": total["angka"] + value["angka"],
    }


def _driver(hop=None, offset=0):
    timers = Timers("timer")
    window = Window(
        store="jendela",
        numbers="nomor",
        deadline=Deadline(timers, "tutup"),
        size_ms=2 * HOUR,
        hop_ms=hop,
        offset_ms=offset,
        keep_ms=4 * HOUR,
        start=START,
        add=_add,
    )
    return meja(
        {
            "Catatan": chain(window.take, hasil),
            "WaktuTiba": on_time(timers, {"tutup": chain_moment(window.ended, hasil)}),
        },
        {"jendela": "Tersimpan", "nomor": "NomorTersimpan", "timer": "TimerTersimpan"},
        partitions=1,
    )


def event(begin, isi, hours, angka=1):
    return catatan("a", isi, angka, waktu=begin + round(hours * HOUR))


def told(driver):
    return [
        (e.value["isi"], e.value["angka"], e.value["revisi"], e.operation)
        for e in driver.read(HASIL)
    ]


def test_a_window_is_published_once_at_its_end():
    driver = _driver()
    now = driver.clock.now_ms()
    driver.pipe(LOG, event(now, "a", 0), event(now, "b", 1.99), event(now, "c", 2))
    driver.until(now + 2 * HOUR - 1)
    assert told(driver) == []
    driver.until(now + 4 * HOUR)
    assert told(driver) == [("ab", 2, 0, "DIBUAT"), ("c", 1, 0, "DIBUAT")]


def test_a_late_event_is_a_revision_at_once_and_beyond_that_a_dead_letter():
    driver = _driver()
    now = driver.clock.now_ms()
    driver.pipe(LOG, event(now, "a", 0))
    driver.until(now + 3 * HOUR)
    driver.pipe(LOG, event(now, "b", 1), event(now, "c", 1.5))
    assert told(driver)[1:] == [("ab", 2, 1, "DIKOREKSI"), ("abc", 3, 2, "DIKOREKSI")]
    driver.until(now + 6 * HOUR)
    driver.pipe(LOG, event(now, "d", 1))
    assert len(told(driver)) == 3
    (letter,) = driver.logs["k3325.platform.deadletter.dlq.v1", 0]
    assert driver.serde.decode(letter.value)[1]["code"] == "TERLAMBAT"
    assert list(driver.state_bytes("uji.satu", 0)) == [b"timer/akhir"]


def test_a_window_whose_end_is_past_is_published_at_the_next_moment():
    driver = _driver()
    now = driver.clock.now_ms()
    driver.pipe(LOG, event(now, "a", -3))
    driver.advance(0)
    assert told(driver) == [("a", 1, 0, "DIBUAT")]


def test_hopping_windows_overlap():
    driver = _driver(hop=HOUR)
    now = driver.clock.now_ms()
    driver.pipe(LOG, event(now, "a", 0.5), event(now, "b", 1.5))
    driver.until(now + 9 * HOUR)
    assert [text for text, *_ in told(driver)] == ["a", "ab", "b"]


@pytest.mark.parametrize(
    ("time", "hop", "offset", "begins"),
    [
        (0, None, 0, [0]),
        (2 * HOUR - 1, None, 0, [0]),
        (2 * HOUR, None, 0, [2 * HOUR]),
        (2 * HOUR, HOUR, 0, [2 * HOUR, HOUR]),
        (2 * HOUR, None, HOUR, [HOUR]),
        (0, None, -HOUR, [-HOUR]),
    ],
)
def test_which_windows_a_time_belongs_to(time, hop, offset, begins):
    window = Window(
        store="",
        numbers="",
        deadline=Deadline(Timers(""), ""),
        size_ms=2 * HOUR,
        keep_ms=0,
        start={},
        add=_add,
        hop_ms=hop,
        offset_ms=offset,
    )
    assert list(window.begins(time)) == begins
