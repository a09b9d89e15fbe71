"""Who asks, and whether its grant still holds."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from bus.connect.rate import Limiter
from bus.connect.refusal import RequestRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import tzinfo

    from bus.clock import Clock
    from bus.gateway.pull.grant import Grant


@dataclass(frozen=True, slots=True)
class Access:
    """A grant and how its app proves itself.

    Attributes:
        grant: what it may read.
        digests: SHA-256 of its tokens.
        limiter: requests it may make.
    """

    grant: Grant
    digests: frozenset[bytes]
    limiter: Limiter


def access(grant: Grant, tokens: Iterable[str]) -> Access:
    """A grant with its tokens, which are not kept."""
    digests = frozenset(sha256(token.encode()).digest() for token in tokens)
    return Access(grant, digests, Limiter(grant.rate))


class Porter:
    """Lets apps in.

    Args:
        accesses: all grants.
        clock: the time.
        zone: the tenant's, for the last day of a grant.
    """

    def __init__(self, accesses: Sequence[Access], clock: Clock, zone: tzinfo) -> None:
        self._accesses = accesses
        self._clock = clock
        self._zone = zone

    def take(self, accesses: Sequence[Access]) -> None:
        """Let these in from now on, and no others."""
        self._accesses = accesses

    def confirm(self, who: Access) -> None:
        """Nothing, if its grant is as it was when it was let in.

        Raises:
            RequestRefusedError: 503, it was changed or withdrawn meanwhile.
        """
        if not any(each is who for each in self._accesses):
            raise RequestRefusedError(
                503,
                "HAK_BERUBAH",
                "hak aplikasi ini baru saja berubah; minta lagi dengan kursor yang "
                "sama",
                1.0,
            )

    def who(self, authorization: str) -> Access:
        """Whose token it is.

        Raises:
            RequestRefusedError: 401, nobody's.
        """
        kind, _, token = authorization.partition(" ")
        digest = sha256(token.strip().encode()).digest()
        found = None
        for each in self._accesses:
            for known in each.digests:
                if hmac.compare_digest(known, digest):
                    found = each
        if found is None or kind.lower() != "bearer":
            raise RequestRefusedError(
                401,
                "TOKEN_SALAH",
                "kirim token aplikasi ini: Authorization: Bearer TOKEN",
            )
        return found

    def admit(self, who: Access) -> None:
        """Take one of its requests.

        Raises:
            RequestRefusedError: 403, its last day is over; 429, too many requests.
        """
        now = datetime.fromtimestamp(self._clock.now_ms() / 1000, UTC)
        until = who.grant.until
        if now.astimezone(self._zone).date() > until:
            raise RequestRefusedError(
                403,
                "HAK_BERAKHIR",
                f"hak ini berlaku sampai {until}; perpanjang perjanjiannya pada "
                "pengelola bus",
            )
        wait = who.limiter.wait_seconds("", self._clock.monotonic())
        if wait:
            raise RequestRefusedError(
                429,
                "TERLALU_SERING",
                f"lebih dari {who.grant.rate.per_second:g} permintaan per detik; "
                "gunakan `tunggu` agar bus menahan jawaban sampai ada peristiwa",
                wait,
            )
