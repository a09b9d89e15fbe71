"""State with a commit in flight is the state after that commit."""

from hypothesis import given
from hypothesis import strategies as st

from bus.streams.wiring.ahead import StateAhead
from bus.streams.wiring.memory_state import MemoryState

KEYS = st.sampled_from([bytes([n]) for n in b"abcdef"])
VALUES = st.sampled_from([b"1", b"2"])


@given(
    st.dictionaries(KEYS, VALUES),
    st.dictionaries(KEYS, VALUES | st.none()),
    KEYS,
    KEYS,
    KEYS,
)
def test_reads_as_if_the_changes_were_made(settled, changes, key, first, last):
    before, after = MemoryState(), MemoryState()
    before.apply(settled.items())
    after.apply([*settled.items(), *changes.items()])
    ahead = StateAhead(before, changes)
    assert ahead.get(key) == after.get(key)
    assert list(ahead.scan(first, last)) == list(after.scan(first, last))
    assert ahead.newest(first, last) == after.newest(first, last)
    assert before == dict(settled)
