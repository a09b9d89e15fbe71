"""Silence of chatty devices over restarts: told in time, never made up."""

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bus.connect.edge.filter import EdgeFilter
from bus.connect.edge.step import changes_only
from bus.connect.source import Batch
from tests.unit.connect.test_edge import (
    BASE,
    COLUMNS,
    MINUTE,
    NOW,
    beat,
    made,
    told,
)


def again(one: EdgeFilter, **other: Any) -> EdgeFilter:
    """The filter of the process after this one."""
    found = made(**other)
    for ref, data in one.take_changes():
        found.load(ref, data)
    return found


def talk(minutes: range, devices: range) -> list[tuple[Any, ...]]:
    return [beat(m, device=f"C{d}") for m in minutes for d in devices]


def test_a_silence_that_began_before_a_restart_is_told_in_time() -> None:
    one = made()
    batch = Batch(COLUMNS, talk(range(61), range(3)), "{}", ordered=True)
    changes_only(batch, one, BASE + 61 * MINUTE)
    batch = Batch(COLUMNS, talk(range(61, 71), range(1, 3)), "{}", ordered=True)
    changes_only(batch, one, BASE + 71 * MINUTE)
    two = again(one)  # C0 was heard for the last time at minute 60
    batch = Batch(COLUMNS, talk(range(71, 91), range(1, 3)), "{}", ordered=True)
    changed = changes_only(batch, two, BASE + 91 * MINUTE)
    assert told(list(changed.rows)) == [("offline", 75)]


def test_the_time_of_a_restart_does_not_count_where_readings_were_lost() -> None:
    one = made()
    batch = Batch(COLUMNS, talk(range(61), range(3)), "{}", next_poll_seconds=1)
    changes_only(batch, one, BASE + 60 * MINUTE)
    kept = one.take_changes()
    for away in (5, 100):
        two = made()
        for ref, data in kept:
            two.load(ref, data)
        now = BASE + (60 + away) * MINUTE
        batch = Batch(COLUMNS, [], "{}", next_poll_seconds=1)
        assert changes_only(batch, two, now).rows == []
        assert changes_only(batch, two, now + 14 * MINUTE).rows == []
        late = changes_only(batch, two, now + 19 * MINUTE)
        assert [row[1] for row in late.rows] == ["offline"] * 3


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(1, 600)), max_size=120),
    st.randoms(use_true_random=False),
)
def test_over_restarts_silence_is_never_early_and_soon(
    raw: list[tuple[int, int]], chance: random.Random
) -> None:
    """Compared with one process: the same silences, a quarter later at most."""
    rows, second = [], 0
    for device, gap in raw:
        second += gap
        rows.append(beat(second / 60, device=f"C{device}"))
    one = made()
    expected: list[Any] = []
    found: list[Any] = []
    two, kept = made(), {}
    at = 0
    while at < len(rows):
        part = rows[at : at + chance.randint(1, 9)]
        at += len(part)
        batch = Batch(COLUMNS, part, "{}", ordered=True)
        expected += changes_only(batch, one, NOW).rows
        found += changes_only(batch, two, NOW).rows
        kept.update(two.take_changes())
        if chance.random() < 0.4:
            two = made()
            for ref, data in kept.items():
                two.load(ref, data)
    early = {key: [w for k, e, w in expected if k == key] for key, _, _ in expected}
    for key, event, when in found:  # each is one of the silences, or soon after it
        if event == "offline":
            nearest = max((w for w in early[key] if w <= when), default=None)
            assert nearest is not None
            assert when - nearest <= 900_000 // 4
