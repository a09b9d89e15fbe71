"""What a state amounts to, whatever way it was reached."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bus.kafka.fingerprint import Fingerprint, parse_fingerprint
from bus.kafka.store import ChangelogStore

STEADY = settings(deadline=None, derandomize=True, database=None)
KEYS = st.binary(min_size=1, max_size=3)
CHANGES = st.lists(st.tuples(KEYS, st.none() | st.binary(max_size=4)), max_size=30)


def _walk(changes, size):
    state, found = {}, Fingerprint()
    for at in range(0, len(changes), size):
        chunk = dict(changes[at : at + size])
        found = found.after(chunk, state.get)
        for key, value in chunk.items():
            state.pop(key, None) if value is None else state.update({key: value})
    return found, state


@STEADY
@given(CHANGES, st.integers(1, 7))
def test_it_depends_on_the_entries_only(changes, size):
    found, state = _walk(changes, size)
    assert found == Fingerprint().after(state, {}.get)
    assert found.keys == len(state)


@STEADY
@given(CHANGES.filter(bool))
def test_a_missing_change_shows(changes):
    whole, state = _walk(changes, 1)
    holed, other = _walk(changes[:-1], 1)
    assert (whole == holed) == (state == other)


def test_it_is_read_as_it_was_written():
    found = Fingerprint().after({b"a": b"1", b"b": b"2"}, {}.get)
    assert parse_fingerprint(str(found)) == found
    for text in ("", "1", "1 2", "2 1 1", "1 -1 2", "1 x 2", "1 1 1 1"):
        assert parse_fingerprint(text) is None


def test_a_damaged_copy_is_thrown_away(tmp_path):
    store = ChangelogStore(tmp_path / "state")
    store.open()
    changes = {b"a": b"1"}
    store.apply(changes, 7, store.after(changes))
    store.close()
    for file in (tmp_path / "state").glob("MANIFEST*"):
        file.write_bytes(b"not a manifest")
    store.open()
    assert store.position is None
    assert store.fingerprint == Fingerprint()
    assert store.get(b"a") is None
    store.close()


def test_a_copy_remembers_what_it_amounts_to(tmp_path):
    store = ChangelogStore(tmp_path / "state")
    store.open()
    changes = {b"a": b"1", b"b": b"2"}
    store.apply(changes, 7, store.after(changes))
    before = store.fingerprint
    store.close()
    store.open()
    assert (store.position, store.fingerprint) == (7, before)
    assert before.keys == 2
    store.close()
