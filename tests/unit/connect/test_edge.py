"""Readings of chatty devices become changes of state."""

import random
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bus.connect.edge.filter import EdgeFilter
from bus.connect.edge.moment import milliseconds_of, moved
from bus.connect.edge.step import changes_only
from bus.connect.files.edge_block import Edge
from bus.connect.source import Batch

COLUMNS = ("id", "event", "ts")
BASE = 1_772_409_600_000
MINUTE = 60_000
NOW = BASE + 10_000 * MINUTE


def edge(**other: Any) -> Edge:
    told: dict[str, Any] = {
        "key": ["id"],
        "state": ["event"],
        "time": "ts",
        "silence_seconds": 900,
        "silence": {"event": "offline"},
    }
    return Edge(**(told | other))


def made(**other: Any) -> EdgeFilter:
    found = EdgeFilter(edge(**other))
    found.name_columns(COLUMNS)
    return found


def beat(minute: float, event: str = "online", device: str = "C1") -> tuple[Any, ...]:
    return (device, event, BASE + int(minute * MINUTE))


def told(rows: list[Any]) -> list[tuple[str, float]]:
    return [(row[1], (row[2] - BASE) / MINUTE) for row in rows]


def test_a_day_of_heartbeats_is_one_change() -> None:
    found = made().take([beat(minute) for minute in range(1440)], NOW)
    assert told(found) == [("online", 0)]


def test_silence_is_told_once_and_from_when() -> None:
    found = made()
    found.take([beat(0), beat(1)], NOW)
    assert told(found.pass_time(BASE + 15 * MINUTE)) == []
    assert told(found.pass_time(BASE + 16 * MINUTE)) == [("offline", 16)]
    assert told(found.pass_time(BASE + 60 * MINUTE)) == []
    assert told(found.take([beat(70)], NOW)) == [("online", 70)]


def test_silence_that_is_over_before_it_was_seen() -> None:
    rows = made().take([beat(0), beat(60)], NOW)
    assert told(rows) == [("online", 0), ("offline", 15), ("online", 60)]


def test_flapping_is_held_back() -> None:
    found = made(hold_seconds=300)
    rows = [beat(0)]
    rows += [beat(1 + i, "videoloss" if i % 2 else "online") for i in range(20)]
    assert told(found.take(rows, NOW)) == [("online", 0)]
    rows = [beat(minute, "videoloss") for minute in range(30, 36)]
    assert told(found.take(rows, NOW)) == [("videoloss", 20)]


def test_a_single_word_lasts_without_being_repeated() -> None:
    found = made(hold_seconds=300)
    found.take([beat(0), beat(1, "videoloss")], NOW)
    assert told(found.pass_time(BASE + 5 * MINUTE)) == []
    assert told(found.pass_time(BASE + 6 * MINUTE)) == [("videoloss", 1)]


def test_words_that_mean_the_same() -> None:
    found = made(same={"motion": "online"})
    rows = [beat(0), beat(1, "motion"), beat(2)]
    assert told(found.take(rows, NOW)) == [("online", 0)]


def test_old_and_repeated_readings_change_nothing() -> None:
    found = made()
    rows = [beat(0), beat(5, "videoloss")]
    found.take(rows, NOW)
    assert found.take([*rows, beat(3)], NOW) == []


def test_a_clock_in_the_future_silences_nobody() -> None:
    found = made()
    found.take([("C1", "online", BASE + 10**12)], BASE)
    rows = found.take([("C1", "videoloss", BASE + 10**12)], BASE + MINUTE)
    assert [row[1] for row in rows] == ["videoloss"]


def test_when_the_line_is_silent_no_device_is() -> None:
    found = made(feed_seconds=120)
    found.take([beat(0, device=f"C{i}") for i in range(50)], NOW)
    assert found.pass_time(BASE + 600 * MINUTE) == []
    rows = [beat(700 + i, device="C0") for i in range(16)]
    assert found.take(rows, NOW) == []  # counting began again at minute 700
    rows = found.pass_time(BASE + 715 * MINUTE)
    assert len(rows) == 49
    assert set(told(rows)) == {("offline", 715)}


def test_a_reading_without_time_is_told_once_for_each_device() -> None:
    found = made()
    rows = [("C1", "online", None), ("C1", "online", "kemarin"), beat(0, device="C2")]
    assert len(found.take(rows, NOW)) == 1
    assert [each.ref for each in found.unreadable()] == ["C1"]
    found.take(rows, NOW)
    assert found.unreadable() == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1_772_409_600_000, BASE),
        (1_772_409_600, BASE),
        ("1772409600", BASE),
        ("2026-03-02T07:00:00", BASE),
        ("2026-03-02 07:00:00+07:00", BASE),
        (datetime(2026, 3, 2, tzinfo=UTC), BASE),
        ("", None),
        (True, None),
    ],
    ids=repr,
)
def test_times_of_any_notation(value: Any, expected: int | None) -> None:
    zone = ZoneInfo("Asia/Jakarta")
    assert milliseconds_of(value, zone) == expected
    if expected is not None and not isinstance(value, datetime):
        assert milliseconds_of(moved(value, 60_000), zone) == BASE + 60_000


events = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(["online", "videoloss", "motion"]),
        st.integers(1, 2000),
    ),
    max_size=60,
)


@settings(max_examples=60, deadline=None)
@given(events, st.sampled_from([0, 120, 600]), st.randoms(use_true_random=False))
def test_crashes_and_batches_change_nothing(
    raw: list[tuple[int, str, int]], hold: int, chance: random.Random
) -> None:
    """Any cut into batches, rows read twice, a restart after each: the same changes."""
    rows, minute = [], 0.0
    for device, event, gap in raw:
        minute += gap / 100
        rows.append(beat(minute, event, f"C{device}"))
    whole = made(hold_seconds=hold)
    expected = whole.take(rows, NOW)
    kept: dict[str, bytes] = {}
    found: list[Any] = []
    at = 0
    one = made(hold_seconds=hold)
    while at < len(rows):
        size = chance.randint(1, 9)
        begin = max(0, at - chance.randint(0, 4)) if chance.random() < 0.5 else at
        found += one.take(rows[begin : at + size], NOW)
        kept.update(one.take_changes())
        at += size
        if hold == 0 and chance.random() < 0.5:
            # without a hold all that is known is kept, but for the last heartbeats
            known = {device: one._devices[device].last for device in one._devices}
            one = made(hold_seconds=hold)
            for ref, data in kept.items():
                one.load(ref, data)
            for device, last in known.items():
                one._devices[device].last = last
            one._base = 0
    assert [row[:2] for row in found] == [row[:2] for row in expected]
    assert [row[2] for row in found] == [row[2] for row in expected]
    for key in {row[0] for row in found}:
        states = [row[1] for row in found if row[0] == key]
        assert all(a != b for a, b in pairwise(states))


@settings(max_examples=40, deadline=None)
@given(events)
def test_a_restart_never_makes_a_device_silent_that_is_not(
    raw: list[tuple[int, str, int]],
) -> None:
    one = made()
    minute, rows = 0.0, []
    for device, event, gap in raw:
        minute += gap / 100
        rows.append(beat(minute, event, f"C{device}"))
    one.take(rows, NOW)
    again = made()
    for ref, data in one.take_changes():
        again.load(ref, data)
    later = BASE + int(minute * MINUTE) + 10_000 * MINUTE
    assert again.pass_time(later) == []  # counting begins when it is started


def test_time_passes_while_ordered_readings_are_caught_up() -> None:
    """A silence in the past is told although a restart falls into its end."""
    found = made()
    rows = [beat(0, device="C1")]
    rows += [beat(minute, device="C2") for minute in range(121)]
    batch = Batch(COLUMNS, rows, "{}", ordered=True)
    changed = changes_only(batch, found, NOW)
    assert told([row for row in changed.rows if row[0] == "C1"]) == [
        ("online", 0),
        ("offline", 15),
    ]
    again = made()
    for ref, data in found.take_changes():
        again.load(ref, data)
    batch = Batch(COLUMNS, [beat(121, device="C2"), beat(122)], "{}", ordered=True)
    assert told(list(changes_only(batch, again, NOW).rows)) == [("online", 122)]


def test_unordered_readings_that_wait_are_no_silence() -> None:
    found = made()
    rows = [beat(minute, device="C2") for minute in range(121)]
    changes_only(Batch(COLUMNS, [beat(0), *rows], "{}"), found, NOW)
    rows = [beat(minute) for minute in range(1, 121)]
    assert changes_only(Batch(COLUMNS, rows, "{}"), found, NOW).rows == []
