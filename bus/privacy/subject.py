"""Keys of persons and families that do not tell who they are (`design.md` §8)."""

import hashlib
from functools import lru_cache

from bus.errors import ConfigError
from bus.normalise.names import search_name

_MIN_SECRET_BYTES = 16
_NIK_DIGITS = 16
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = [first + second for first in _LETTERS for second in _LETTERS]
"""Base32 of each 10 bits; `base64.b32encode` is three times slower."""
_BLOCK_BYTES = 64
_WITHOUT_NIK, _FAMILY = 25, 24


class SubjectIds:
    """Makes `subjek_id` and `kk_id` by HMAC-SHA256 with the tenant's secret.

    Deterministic: the same number always gives the same id within a tenant and never
    the same id in two tenants. About 3 microseconds, much less for recent numbers,
    which are remembered in a bounded cache. Thread-safe.

    Args:
        secret: the tenant's secret, at least 16 bytes. Losing it loses the link
            between new events and old ones; leaking it allows guessing NIKs.
        remembered: how many recent ids of each kind are kept in memory.

    Raises:
        ConfigError: the secret is too short.
    """

    def __init__(self, secret: bytes, *, remembered: int = 4096) -> None:
        if len(secret) < _MIN_SECRET_BYTES:
            raise ConfigError(
                f"the tenant secret has {len(secret)} bytes; at least "
                f"{_MIN_SECRET_BYTES} are needed: `openssl rand -hex 32` makes one"
            )
        if len(secret) > _BLOCK_BYTES:
            secret = hashlib.sha256(secret).digest()
        key = secret.ljust(_BLOCK_BYTES, b"\0")
        # HMAC written out (RFC 2104): two copied states cost half of `hmac`'s object.
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in key))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in key))
        self.subject = lru_cache(maxsize=remembered)(self._subject)
        self.family = lru_cache(maxsize=remembered)(self._family)

    def __repr__(self) -> str:
        return "SubjectIds(secret hidden)"

    def __reduce__(self) -> str:
        raise TypeError("SubjectIds holds a secret and cannot be pickled")

    def _subject(self, nik: str) -> str:
        """The `subjek_id` of a NIK: 26 characters a-z, 2-7.

        Raises:
            ValueError: not 16 digits; normalise first. The text names no digits.
        """
        if len(nik) != _NIK_DIGITS or not (nik.isascii() and nik.isdigit()):
            raise _not_sixteen("NIK")
        return self._base32(nik.encode())

    def _family(self, no_kk: str) -> str:
        """The `kk_id` of a family card number: `kk` and 24 characters.

        Raises:
            ValueError: not 16 digits; normalise first.
        """
        if len(no_kk) != _NIK_DIGITS or not (no_kk.isascii() and no_kk.isdigit()):
            raise _not_sixteen("No KK")
        return f"kk{self._base32(b'kk|' + no_kk.encode())[:_FAMILY]}"

    def without_nik(
        self,
        anchor: str | None,
        name: str | None,
        birth_days: int | None,
        sex: str | None,
    ) -> str:
        """The `subjek_id` of a person who has no NIK (yet): `x` and 25 characters.

        Two babies of one mother with the same folded name, birth date and sex get the
        same id; the identity step has to tell them apart (domain.md F1 h, F12).

        Args:
            anchor: the mother's NIK or, failing that, the No KK.
            name: the name as written; folded here.
            birth_days: birth date in days since 1970-01-01.
            sex: `L` or `P`.

        Raises:
            ValueError: neither anchor nor name: such an id would mean anybody.
        """
        folded = search_name(name or "")
        if not anchor and not folded:
            raise ValueError("a person without NIK needs an anchor or a name")
        birth = "" if birth_days is None else str(birth_days)
        text = "|".join((anchor or "", folded, birth, sex or ""))
        data = text.encode("utf-8", "surrogatepass")  # broken exports have such halves
        return "x" + self._base32(data)[:_WITHOUT_NIK]

    def _base32(self, data: bytes) -> str:
        """26 letters: a `subjek_id`, the longest id."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(data)
        outer.update(inner.digest())
        n, p = int.from_bytes(outer.digest()[:17], "big") >> 6, _PAIRS
        return (
            f"{p[n >> 120]}{p[n >> 110 & 1023]}{p[n >> 100 & 1023]}"
            f"{p[n >> 90 & 1023]}{p[n >> 80 & 1023]}{p[n >> 70 & 1023]}"
            f"{p[n >> 60 & 1023]}{p[n >> 50 & 1023]}{p[n >> 40 & 1023]}"
            f"{p[n >> 30 & 1023]}{p[n >> 20 & 1023]}{p[n >> 10 & 1023]}{p[n & 1023]}"
        )


def _not_sixteen(label: str) -> ValueError:
    return ValueError(f"{label} is not 16 digits: normalise it before asking its id")
