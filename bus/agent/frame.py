"""What is kept and sent: rows as JSON, compressed, encrypted, tied to their place.

AES-GCM tells each changed or cut byte, and a frame that is put elsewhere in the order.
"""

from __future__ import annotations

import hmac
import json
import os
import zlib
from base64 import b64decode, b64encode
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bus.agent.cells import from_json, to_json
from bus.connect.source import Batch, Row, Unreadable
from bus.errors import ConfigError

MOST_BYTES = 8 << 20
"""Of one frame on the line."""
_MOST_PLAIN = 256 << 20
_NONCE = 12
_SHORTEST = 32


class FrameError(Exception):
    """Not a frame of this secret and place, or damaged."""


class FrameTooLargeError(Exception):
    """More than one frame may hold."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows that belong in one frame.

    Attributes:
        columns: names of the cells.
        rows: rows as read.
        deleted: per row whether it is gone; None where rows are not compared.
        marks: as in `Batch`.
        forget_below: as in `Batch`.
        unreadable: as in `Batch`.
        frozen: as in `Batch`.
        origin: as in `Batch`.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...] = ()
    deleted: tuple[bool, ...] | None = None
    marks: tuple[str | None, ...] = ()
    forget_below: str | None = None
    unreadable: tuple[Unreadable, ...] = ()
    frozen: tuple[str, ...] = ()
    origin: str = ""

    def batch(self, cursor: str) -> Batch:
        """For the source on the other side, with the position after it."""
        return Batch(
            columns=self.columns,
            rows=self.rows,
            cursor=cursor,
            deleted=self.deleted,
            marks=self.marks,
            forget_below=self.forget_below,
            unreadable=self.unreadable,
            frozen=self.frozen,
            origin=self.origin,
        )


class Seal:
    """Encrypts and opens; made of the secret both sides have.

    Args:
        secret: text of at least 32 characters.
        name: connector, for messages.

    Raises:
        ConfigError: it is too short.
    """

    def __init__(self, secret: str, name: str) -> None:
        if len(secret) < _SHORTEST:
            raise ConfigError(
                f"{name}: agent.secret has {len(secret)} characters, at least "
                f"{_SHORTEST} are needed; make one: openssl rand -hex 32"
            )
        key = hmac.digest(secret.encode(), b"opdbus agent frames", "sha256")
        self._cipher = AESGCM(key)
        self.token = hmac.digest(secret.encode(), b"opdbus agent login", "sha256").hex()

    def close(self, data: bytes, place: str) -> bytes:
        """Encrypted, to be opened for this place only."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, data, place.encode())

    def open(self, data: bytes, place: str) -> bytes:
        """The content.

        Raises:
            FrameError: another secret or place, or a changed byte.
        """
        try:
            return self._cipher.decrypt(data[:_NONCE], data[_NONCE:], place.encode())
        except (InvalidTag, ValueError):
            raise FrameError(f"{place}: damaged, or of another secret") from None


def packed(piece: Piece, seal: Seal, place: str) -> bytes:
    """A frame.

    Args:
        piece: its rows.
        seal: of the connector.
        place: `spool/number`; it opens nowhere else.

    Raises:
        FrameTooLargeError: it would be too large for the line.
    """
    value = {
        "columns": piece.columns,
        "rows": [[to_json(cell) for cell in row] for row in piece.rows],
        "deleted": piece.deleted,
        "marks": piece.marks,
        "forget": piece.forget_below,
        "unreadable": [
            [x.ref, x.code, x.message, b64encode(x.payload).decode()]
            for x in piece.unreadable
        ],
        "frozen": piece.frozen,
        "origin": piece.origin,
    }
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    plain = text.encode("utf-8", "surrogatepass")
    data = seal.close(zlib.compress(plain), place)
    if len(plain) > _MOST_PLAIN or len(data) > MOST_BYTES:
        raise FrameTooLargeError(place)
    return data


def unpacked(data: bytes, seal: Seal, place: str) -> Piece:
    """The piece of a frame.

    Raises:
        FrameError: it is none.
    """
    opener = zlib.decompressobj()
    try:
        plain = opener.decompress(seal.open(data, place), _MOST_PLAIN)
        value = json.loads(plain.decode("utf-8", "surrogatepass"))
    except (zlib.error, ValueError):
        raise FrameError(f"{place}: not a frame") from None
    deleted = value["deleted"]
    return Piece(
        columns=tuple(value["columns"]),
        rows=tuple(tuple(map(from_json, row)) for row in value["rows"]),
        deleted=None if deleted is None else tuple(deleted),
        marks=tuple(value["marks"]),
        forget_below=value["forget"],
        unreadable=tuple(
            Unreadable(ref, code, message, b64decode(payload))
            for ref, code, message, payload in value["unreadable"]
        ),
        frozen=tuple(value["frozen"]),
        origin=value["origin"],
    )
