"""What an app asks for, out of the query of its URL; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bus.connect.refusal import RequestRefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bus.gateway.pull.cursor import Cursors

MOST_ROWS, USUAL_ROWS = 1000, 500
LONGEST_WAIT = 30
BEGIN, END = "awal", "akhir"
_KNOWN = ("kursor", "mulai", "tunggu", "paling")


@dataclass(frozen=True, slots=True)
class Question:
    """One request.

    Attributes:
        positions: partition → offset of the next record; others by `at_end`.
        at_end: those others are at the end of the log, not at its beginning.
        wait_seconds: how long to wait for an event.
        most: rows.
    """

    positions: dict[int, int]
    at_end: bool
    wait_seconds: float
    most: int


def asked(query: Mapping[str, str], grant: str, ref: str, cursors: Cursors) -> Question:
    """The question of a query: `kursor` or `mulai`, `tunggu`, `paling`.

    Raises:
        RequestRefusedError: 400, with what is valid.
    """
    for name in query:
        if name not in _KNOWN:
            raise _wrong(f"parameter itu tidak ada; yang ada: {', '.join(_KNOWN)}")
    start, cursor = query.get("mulai", BEGIN), query.get("kursor", "")
    if start not in (BEGIN, END):
        raise _wrong(f"mulai: {BEGIN} atau {END}")
    if cursor and "mulai" in query:
        raise _wrong("kirim kursor atau mulai, jangan keduanya")
    wait = _number(query, "tunggu", 0, LONGEST_WAIT, 0)
    most = _number(query, "paling", 1, MOST_ROWS, USUAL_ROWS)
    positions = cursors.read(cursor, grant, ref) if cursor else {}
    return Question(positions, not cursor and start == END, wait, most)


def _number(
    query: Mapping[str, str], name: str, least: int, most: int, usual: int
) -> int:
    text = query.get(name)
    if text is None:
        return usual
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(most)):
        raise _wrong(f"{name}: bilangan bulat {least} sampai {most}")
    if not least <= int(text) <= most:
        raise _wrong(f"{name}: bilangan bulat {least} sampai {most}")
    return int(text)


def _wrong(why: str) -> RequestRefusedError:
    return RequestRefusedError(400, "PARAMETER_SALAH", why)
