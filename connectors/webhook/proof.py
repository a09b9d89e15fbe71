"""Who posts: the three ways a sender proves itself, without I/O."""

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from typing import Protocol
from zoneinfo import ZoneInfo

from bus.connect.push import PostRefusedError
from connectors.webhook.body import member
from connectors.webhook.config import Auth
from connectors.webhook.signature import (
    ID,
    SIGNATURE,
    TIMESTAMP,
    is_signed,
    secret_bytes,
)

MOST_SIGNATURE = 1000
_SECONDS_DIGITS = 12


class Proof(Protocol):
    """One way."""

    def greet(self, headers: Mapping[str, str], now_ms: int) -> None:
        """Refuse by the headers alone.

        Raises:
            PostRefusedError: 401.
        """
        ...

    def sender(self, headers: Mapping[str, str], body: bytes, now_ms: int) -> str:
        """Name of the sender.

        Raises:
            PostRefusedError: 401.
        """
        ...


def proof_of(auth: Auth, zone: str) -> Proof:
    """The way the connector file says.

    Raises:
        ConfigError: a secret cannot be used.
    """
    if auth.by == "hmac":
        return SignedProof(auth)
    if auth.by == "bearer":
        return TokenProof(auth)
    return OssProof(auth, zone)


def _unknown(code: str, message: str) -> PostRefusedError:
    return PostRefusedError(401, code, message)


class SignedProof:
    """Standard Webhooks; an old post cannot be played again after the tolerance."""

    def __init__(self, auth: Auth) -> None:
        self._secrets = {name: secret_bytes(s) for name, s in auth.secrets.items()}
        self._tolerance = auth.tolerance_seconds

    def greet(self, headers: Mapping[str, str], now_ms: int) -> None:
        missing = [x for x in (ID, TIMESTAMP, SIGNATURE) if not headers.get(x)]
        if missing:
            raise _unknown(
                "TANPA_TANDA_TANGAN", f"header tidak ada: {', '.join(missing)}"
            )
        seconds = headers[TIMESTAMP]
        plain = seconds.isascii() and seconds.isdigit()
        if not plain or len(seconds) > _SECONDS_DIGITS:
            raise _unknown("WAKTU_TIDAK_SAH", f"{TIMESTAMP} harus detik Unix")
        off = int(seconds) - now_ms // 1000
        if abs(off) > self._tolerance:
            raise _unknown(
                "WAKTU_KEDALUWARSA",
                f"{TIMESTAMP} berbeda {off} detik dari jam bus, paling banyak "
                f"{self._tolerance}; samakan jam pengirim (NTP), dan tanda tangani "
                "ulang setiap pengiriman",
            )

    def sender(self, headers: Mapping[str, str], body: bytes, now_ms: int) -> str:
        del now_ms
        ident, seconds = headers[ID], headers[TIMESTAMP]
        given = headers[SIGNATURE][:MOST_SIGNATURE]
        for name, secret in self._secrets.items():
            if is_signed(secret, ident, seconds, body, given):
                return name
        raise _unknown(
            "TANDA_TANGAN_SALAH",
            "tanda tangan tidak cocok; periksa rahasia, dan bahwa yang ditandatangani "
            "adalah id.waktu.isi, byte demi byte",
        )


class TokenProof:
    """A fixed token; whoever has it may post, so use it inside TLS only."""

    def __init__(self, auth: Auth) -> None:
        self._tokens = {name: token.encode() for name, token in auth.secrets.items()}

    def greet(self, headers: Mapping[str, str], now_ms: int) -> None:
        self.sender(headers, b"", now_ms)

    def sender(self, headers: Mapping[str, str], body: bytes, now_ms: int) -> str:
        del body, now_ms
        scheme, _, token = headers.get("authorization", "").partition(" ")
        given = token.strip().encode("utf-8", "replace")
        found = [
            name
            for name, known in self._tokens.items()
            if hmac.compare_digest(known, given)
        ]
        if scheme.lower() != "bearer" or not found:
            raise _unknown("TOKEN_SALAH", "Authorization: Bearer tidak ada atau salah")
        return found[0]


class OssProof:
    """OSS: `Token` is SHA1(user + password + nib + Ymd), or `user_key` is fixed.

    The token holds for a day and does not cover the body (`domain.md` §2.2 g): that
    is how OSS made it. A body that is played again makes no second event.
    """

    def __init__(self, auth: Auth, zone: str) -> None:
        self._auth = auth
        self._zone = ZoneInfo(zone)

    def greet(self, headers: Mapping[str, str], now_ms: int) -> None:
        del now_ms
        if not headers.get("token") and not headers.get("user_key"):
            raise _unknown("TANPA_TOKEN", "header Token tidak ada")

    def sender(self, headers: Mapping[str, str], body: bytes, now_ms: int) -> str:
        auth = self._auth
        key, token = headers.get("user_key", ""), headers.get("token", "").lower()
        if auth.user_key and _same(auth.user_key, key):
            return "oss"
        if auth.password and token:
            nib = member(body, auth.nib)
            days = self._days(now_ms)
            if any(_same(self._token(nib, day), token) for day in days):
                return "oss"
        raise _unknown(
            "TOKEN_SALAH",
            "Token bukan SHA1(user+password+nib+Ymd) hari ini; periksa user, password, "
            "tanggal pengirim dan NIB pada isi",
        )

    def _token(self, nib: str, day: str) -> str:
        text = self._auth.user + self._auth.password + nib + day
        return sha1(text.encode(), usedforsecurity=False).hexdigest()

    def _days(self, now_ms: int) -> list[str]:
        """Today, and the neighbour within the tolerance of midnight."""
        now = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(self._zone)
        near = timedelta(seconds=self._auth.tolerance_seconds)
        moments = (now, now - near, now + near)
        return list(dict.fromkeys(moment.strftime("%Y%m%d") for moment in moments))


def _same(known: str, given: str) -> bool:
    return hmac.compare_digest(known.encode(), given.encode("utf-8", "replace"))
