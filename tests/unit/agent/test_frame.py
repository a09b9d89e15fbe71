"""Frames: what goes in comes out, and nothing else opens."""

import uuid
from datetime import UTC, date, time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bus.agent.frame import FrameError, Piece, Seal, packed, unpacked
from bus.connect.source import Unreadable
from bus.errors import ConfigError

SEAL = Seal("x" * 32, "uji")
cells = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(),
    st.binary(max_size=40),
    st.dates(),
    st.datetimes(timezones=st.sampled_from([None, UTC])),
    st.times(),
    st.timedeltas(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.uuids(),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(cells, cells), max_size=5))
def test_rows_come_back_with_their_types(rows: list[tuple[object, object]]) -> None:
    piece = Piece(("a", "b"), tuple(rows), deleted=(False,) * len(rows))
    back = unpacked(packed(piece, SEAL, "s/1"), SEAL, "s/1")
    assert back == piece
    kinds = [[type(cell) for cell in row] for row in back.rows]
    assert kinds == [[type(cell) for cell in row] for row in rows]


def test_everything_else_of_a_batch_comes_back() -> None:
    piece = Piece(
        ("a",),
        ((1,),),
        None,
        ("0001",),
        "0000",
        (Unreadable("x.csv:3", "RUSAK", "Baris rusak", b"\xff"),),
        ("b",),
        "tabel",
    )
    assert unpacked(packed(piece, SEAL, "s/1"), SEAL, "s/1") == piece


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 255))
def test_one_changed_byte_is_found(at: int, flip: int) -> None:
    frame = bytearray(packed(Piece(("nama",), (("SUMINAH",),)), SEAL, "s/1"))
    frame[at % len(frame)] ^= flip
    with pytest.raises(FrameError):
        unpacked(bytes(frame), SEAL, "s/1")


@pytest.mark.parametrize("place", ["s/2", "other/1"])
def test_a_frame_opens_at_its_place_only(place: str) -> None:
    frame = packed(Piece(("a",)), SEAL, "s/1")
    with pytest.raises(FrameError):
        unpacked(frame, SEAL, place)
    with pytest.raises(FrameError):
        unpacked(frame, Seal("y" * 32, "uji"), "s/1")
    for end in (0, 5, len(frame) - 1):
        with pytest.raises(FrameError):
            unpacked(frame[:end], SEAL, "s/1")


def test_nothing_readable_is_kept() -> None:
    rows = (("SUMINAH", date(2026, 3, 2), time(8), Decimal("1.5")),)
    piece = Piece(("a", "b", "c", "d"), rows, origin=str(uuid.uuid4()))
    assert b"SUMINAH" not in packed(piece, SEAL, "s/1")


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ConfigError, match="openssl rand -hex 32"):
        Seal("pendek", "uji")
