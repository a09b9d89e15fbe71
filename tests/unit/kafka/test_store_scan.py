"""Reading local state in key order."""

import pytest

from bus.errors import StateError
from bus.kafka.store import ChangelogStore


@pytest.fixture
def store(tmp_path):
    found = ChangelogStore(tmp_path / "state")
    found.open()
    yield found
    found.close()


def _apply(store, position, **changes):
    found = {key.encode(): value for key, value in changes.items()}
    store.apply(found, position, store.after(found))


def test_a_range_has_its_first_key_and_not_its_last(store):
    _apply(store, 1, **{f"s/{n:03d}": b"x" for n in range(20)})
    _apply(store, 2, **{"r/1": b"x", "s/0015": b"y", "s/003": None})
    found = [key for key, _ in store.scan(b"s/001", b"s/005")]
    assert found == [b"s/001", b"s/0015", b"s/002", b"s/004"]
    assert list(store.scan(b"t/", b"t0")) == []


def test_the_position_is_no_entry(store):
    _apply(store, 7, a=b"1")
    assert list(store.scan(b"", b"\xff")) == [(b"a", b"1")]


def test_a_walk_left_half_way_hinders_nobody(store):
    _apply(store, 1, a=b"1", b=b"2")
    walk = store.scan(b"a", b"z")
    assert next(walk) == (b"a", b"1")
    _apply(store, 2, b=None, c=b"3")
    assert list(walk) == [(b"b", b"2")]
    assert [key for key, _ in store.scan(b"a", b"z")] == [b"a", b"c"]


def test_walks_inside_a_walk_end_where_each_of_them_should(store):
    keys = [f"{s}/{n:03d}/{i}".encode() for s in "ab" for n in range(50) for i in "xyz"]
    _apply(store, 1, **{key.decode(): b"1" for key in keys})
    outer = [key for key, _ in store.scan(b"a/", b"a0")]
    inner = []
    for key, _ in store.scan(b"b/", b"b0"):
        place = key.split(b"/")[1]
        inner += [k for k, _ in store.scan(b"a/" + place + b"/", b"a/" + place + b"0")]
    assert outer == keys[:150]
    assert inner == [key for key in keys[:150:3] for key in [*_three(key)] * 3]


def _three(key):
    return [key[:-1] + last for last in (b"x", b"y", b"z")]


def test_a_closed_store_says_so(tmp_path):
    with pytest.raises(StateError, match="not open"):
        ChangelogStore(tmp_path / "state").scan(b"a", b"b")


def test_the_newest_entry_of_a_range(store):
    _apply(store, 1, **{"s/1": b"a", "s/2": b"b", "t/1": b"c"})
    assert store.newest(b"s/", b"s0") == (b"s/2", b"b")
    assert store.newest(b"s/", b"s/2") == (b"s/1", b"a")
    assert store.newest(b"s/1x", b"s/2") is None
    assert store.newest(b"", b"s/1") is None
    assert store.newest(b"u/", b"u0") is None


def test_the_newest_entry_is_read_as_the_state_is_now(store):
    _apply(store, 1, a=b"1")
    assert store.newest(b"a", b"z") == (b"a", b"1")
    _apply(store, 2, b=b"2")
    assert store.newest(b"a", b"z") == (b"b", b"2")
    _apply(store, 3, b=None)
    assert store.newest(b"a", b"z") == (b"a", b"1")


def test_a_store_that_was_read_can_be_opened_again(store):
    _apply(store, 1, a=b"1")
    assert store.newest(b"a", b"z") == (b"a", b"1")
    store.close()
    with pytest.raises(StateError, match="not open"):
        store.newest(b"a", b"z")
    store.open()
    assert store.newest(b"a", b"z") == (b"a", b"1")
