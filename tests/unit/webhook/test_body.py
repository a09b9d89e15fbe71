"""Bodies of posts as rows: paths, numbers, and what is no body."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bus.connect.push import BodyRefusedError, PostRefusedError, Sender
from bus.gateway.receive.answered import Answer, Answered
from connectors.webhook.body import MOST_ROWS, member, rows_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def rows(data: Any, columns: tuple[str, ...], **more: Any) -> list[Any]:
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    fields, where = more.get("fields", {}), more.get("rows", "")
    return list(rows_of(body, columns, fields, where).rows)


def test_numbers_keep_every_digit() -> None:
    body = b'{"nik": 3325014501589001, "harga": 1.10, "besar": 1e400}'
    assert rows(body, ("nik", "harga", "besar")) == [
        (3325014501589001, "1.10", "1e400")
    ]


def test_rows_of_a_list_inside_and_columns_around_it() -> None:
    data = {"d": {"nib": "9", "p": [{"k": 1}, {"k": 2, "isi": {"a": [1]}}]}}
    found = rows(
        data,
        ("nib", "kbli", "d.p.isi"),
        fields={"nib": "d.nib", "kbli": "d.p.k"},
        rows="d.p",
    )
    assert found == [("9", 1, None), ("9", 2, '{"a": [1]}')]


def test_a_list_as_body_and_a_name_with_a_dot() -> None:
    assert rows([{"a": 1}, {"a": 2}], ("a",)) == [(1,), (2,)]
    assert rows({"a.b": 1, "a": {"b": 2}, "c": [7]}, ("a.b", "c.0", "c.9", "c.x")) == [
        (1, 7, None, None)
    ]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "BUKAN_JSON"),
        (b"{", "BUKAN_JSON"),
        (b'{"a": NaN}', "BUKAN_JSON"),
        (b'{"a": 1, "a": 2}', "BUKAN_JSON"),
        (b"[" * 100_000, "BUKAN_JSON"),
        (b"\x00", "BUKAN_JSON"),
        ("{}".encode("utf-16"), "BUKAN_UTF8"),
        (b'"\\ud800"', "BUKAN_UTF8"),
        (b"null", "TANPA_BARIS"),
        (b"[1]", "TANPA_BARIS"),
        (b"9" * 5000, "BUKAN_JSON"),
        (json.dumps([{}] * (MOST_ROWS + 1)).encode(), "TERLALU_BANYAK_BARIS"),
    ],
)
def test_what_is_no_body(body: bytes, code: str) -> None:
    with pytest.raises(BodyRefusedError) as caught:
        rows(body, ("a",))
    assert caught.value.code == code


@settings(max_examples=30)
@given(JSON | st.binary())
def test_any_body_gives_rows_or_a_reason(data: Any) -> None:
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    member(body, "a.b")
    with contextlib.suppress(BodyRefusedError):
        assert all(len(row) == 2 for row in rows_of(body, ("a", "a.b"), {}, "").rows)


def in_loop(work: Callable[[], None]) -> None:
    async def main() -> None:
        work()

    asyncio.run(main())


def test_a_key_is_kept_with_its_body_and_forgotten_in_turn() -> None:
    def work() -> None:
        kept, one = Answered(2), Sender("a", "k1")
        entry, again = kept.claim(one, b"x")
        assert not again
        entry.answer.set_result(Answer(202, {}))
        assert kept.claim(one, b"x") == (entry, True)
        assert not kept.claim(Sender("b", "k1"), b"y")[1]
        with pytest.raises(PostRefusedError) as caught:
            kept.claim(one, b"z")
        assert (caught.value.status, caught.value.code) == (422, "KUNCI_DIPAKAI_LAIN")
        kept.claim(Sender("b", "k2"), b"y")
        assert len(kept) == 2
        assert not kept.claim(one, b"z")[1]

    in_loop(work)


def test_without_a_key_the_body_is_its_own() -> None:
    def work() -> None:
        kept, nobody = Answered(9), Sender("a")
        entry, _ = kept.claim(nobody, b"x")
        assert kept.claim(nobody, b"x") == (entry, True)
        assert not kept.claim(nobody, b"y")[1]
        kept.forget(nobody, entry)
        assert not kept.claim(nobody, b"x")[1]

    in_loop(work)
