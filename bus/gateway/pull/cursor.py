"""Where an app stands in a topic, as a text only the gateway can make; pure.

The text names the grant, the topic and the next offset of each partition, and is signed
with a key made from the tenant's secret. So it survives restarts without being kept
anywhere, and nobody can make one for another topic or somebody else's grant.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from typing import TYPE_CHECKING

from bus.connect.refusal import RequestRefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

_SIGN_BYTES = 16
LONGEST = 4096


class Cursors:
    """Writes and reads cursors.

    Args:
        secret: the tenant's.
    """

    def __init__(self, secret: bytes) -> None:
        self._key = hmac.digest(secret, b"opdbus pull cursor 1", "sha256")

    def write(self, grant: str, ref: str, positions: Mapping[int, int]) -> str:
        """The cursor for these positions: partition → offset of the next record."""
        stand = ",".join(f"{number}:{at}" for number, at in sorted(positions.items()))
        data = f"{grant} {ref} {stand}".encode()
        return urlsafe_b64encode(self._sign(data) + data).decode().rstrip("=")

    def read(self, text: str, grant: str, ref: str) -> dict[int, int]:
        """The positions of a cursor.

        Raises:
            RequestRefusedError: 400, not made here, or for another topic or grant.
        """
        try:
            padded = text.encode("ascii") + b"=" * (-len(text) % 4)
            raw = urlsafe_b64decode(padded)
        except (UnicodeEncodeError, Error):
            raise _wrong("bukan kursor dari bus ini") from None
        sign, data = raw[:_SIGN_BYTES], raw[_SIGN_BYTES:]
        if len(text) > LONGEST or not hmac.compare_digest(sign, self._sign(data)):
            raise _wrong("bukan kursor dari bus ini, atau terpotong")
        whose, topic, stand = data.decode().split(" ")
        if (whose, topic) != (grant, ref):
            raise _wrong("kursor ini milik topik atau hak yang lain")
        pairs = (pair.split(":") for pair in stand.split(",") if pair)
        return {int(number): int(at) for number, at in pairs}

    def _sign(self, data: bytes) -> bytes:
        return hmac.digest(self._key, data, "sha256")[:_SIGN_BYTES]


def _wrong(why: str) -> RequestRefusedError:
    return RequestRefusedError(
        400,
        "KURSOR_SALAH",
        f"{why}; kirim kembali kursor dari jawaban terakhir untuk topik ini, utuh",
    )
