"""Texts of a binary log: bytes in the column's own character set."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Any

from bus.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

_CODECS = {
    "ascii": "ascii",
    "utf8": "utf-8",
    "utf8mb3": "utf-8",
    "utf8mb4": "utf-8",
    "ucs2": "utf-16-be",
    "utf16": "utf-16-be",
    "utf16le": "utf-16-le",
    "utf32": "utf-32-be",
    "latin2": "iso8859-2",
    "latin5": "iso8859-9",
    "cp1250": "cp1250",
    "cp1251": "cp1251",
    "cp1256": "cp1256",
    "cp850": "cp850",
    "gbk": "gbk",
    "big5": "big5",
}
_LATIN1 = "".join(
    bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(256)
)
"""MySQL's latin1: cp1252 with the five holes filled."""


def decoder(charset: str) -> Callable[[bytes], Any]:
    """What makes a text of a cell's bytes.

    Args:
        charset: the server's name of it; empty for bytes.

    Raises:
        ConfigError: a character set that is not known here.
    """
    if not charset or charset == "binary":
        return bytes
    if charset == "latin1":
        return lambda data: codecs.charmap_decode(data, "strict", _LATIN1)[0]
    if charset not in _CODECS:
        raise ConfigError(
            f"character set {charset} cannot be read from the binary log; use mode "
            "snapshot-diff for this table"
        )
    decode, name = codecs.decode, _CODECS[charset]
    if name == "utf-8":
        return lambda data: data.decode("utf-8", "replace")
    return lambda data: decode(data, name, "replace")
