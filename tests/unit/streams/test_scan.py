"""Reading state in key order: what is committed, staged and pending as one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bus.record import Event
from bus.streams.topology.context import Context
from bus.streams.topology.pipeline import Pipeline
from bus.streams.wiring.memory_state import MemoryState

EVENT = Event("R", "k", {}, "0" * 32, "/x", 1)
PIPELINE = Pipeline("uji", "a", {}, stores={"s": "R", "t": "R"})


class State:
    """Committed entries of the store `s`."""

    def __init__(self, *keys):
        self.entries = {key: {"dari": "committed"} for key in keys}

    def get(self, store, key):
        return self.entries.get(key) if store == "s" else None

    def newest(self, store, first, last):
        return ([None, *self.scan(store, first, last)])[-1]

    def scan(self, store, first, last):
        for key in sorted(self.entries if store == "s" else ()):
            if first <= key < last:
                yield key, self.entries[key]


@pytest.fixture
def ctx():
    made = Context(PIPELINE, State("b", "d", "f"), "k3325")
    made.begin(EVENT)
    return made


def keys(ctx, first="", last="\U0010ffff", store="s"):
    return [key for key, _ in ctx.scan(store, first, last)]


def test_staged_entries_stand_between_committed_ones(ctx):
    ctx.put("s", "c", {"dari": "staged"})
    ctx.put("s", "d", {"dari": "staged"})
    ctx.put("s", "b", None)
    ctx.put("t", "a", {})
    assert [(k, v["dari"]) for k, v in ctx.scan("s", "", "z")] == [
        ("c", "staged"),
        ("d", "staged"),
        ("f", "committed"),
    ]
    assert keys(ctx, "c", "d") == ["c"]
    assert keys(ctx, store="t") == ["a"]


def test_what_earlier_events_of_the_batch_staged_is_seen_in_order(ctx):
    assert keys(ctx) == ["b", "d", "f"]
    for key in ("e", "a", "d"):
        ctx.put("s", key, None if key == "d" else {"dari": "staged"})
        ctx.accept()
        ctx.begin(Event("R", "k", {}, "1" * 32, "/x", 1))
    assert keys(ctx) == ["a", "b", "e", "f"]
    ctx.put("s", "d", {"dari": "again"})
    ctx.put("s", "e", None)
    assert keys(ctx) == ["a", "b", "d", "f"]
    ctx.reject()
    assert keys(ctx) == ["a", "b", "e", "f"]


def test_a_walk_is_a_snapshot(ctx):
    for key, _ in ctx.scan("s", "", "z"):
        ctx.put("s", key, None)
        ctx.put("s", key + "x", {})
    assert keys(ctx) == ["bx", "dx", "fx"]


def test_the_store_must_be_declared(ctx):
    with pytest.raises(KeyError, match="declares no store 'x'"):
        ctx.scan("x", "", "z")


KEYS = st.sampled_from("abcdef")
STEP = st.tuples(KEYS, st.booleans(), st.booleans())


@given(st.sets(KEYS), st.lists(STEP), KEYS, KEYS)
def test_the_newest_entry_is_the_last_of_a_walk(committed, steps, first, last):
    ctx = Context(PIPELINE, State(*committed), "k3325")
    ctx.begin(EVENT)
    for key, stays, ends in steps:
        ctx.put("s", key, {"dari": "staged"} if stays else None)
        if ends:
            ctx.accept()
            ctx.begin(EVENT)
    walked = list(ctx.scan("s", first, last))
    assert ctx.newest("s", first, last) == (walked[-1] if walked else None)
    assert ctx.newest("t", first, last) is None


def test_the_newest_entry_is_that_of_a_declared_store(ctx):
    with pytest.raises(KeyError, match="declares no store 'x'"):
        ctx.newest("x", "", "z")


def test_state_in_memory_keeps_its_order_over_deletions():
    state = MemoryState()
    state.apply([(b"b", b"1"), (b"a", b"1")])
    assert list(state.scan(b"a", b"z")) == [(b"a", b"1"), (b"b", b"1")]
    state.apply([(b"a", None), (b"c", b"1"), (b"b", None), (b"a", b"2")])
    assert list(state.scan(b"", b"z")) == [(b"a", b"2"), (b"c", b"1")]
    state.apply([(bytes([n]), b"1") for n in range(9)])
    state.apply([(bytes([n]), None) for n in range(9)])
    state.apply([(b"x", b"1"), (bytes([3]), b"3")])
    assert list(state.scan(b"", b"b")) == [(bytes([3]), b"3"), (b"a", b"2")]
    assert list(state.scan(b"b", b"c")) == []
    assert state.newest(b"", b"b") == (b"a", b"2")
    assert state.newest(b"", b"a") == (bytes([3]), b"3")
    assert state.newest(b"b", b"c") is None
