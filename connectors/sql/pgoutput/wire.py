"""The connection on which PostgreSQL streams a replication slot, on libpq itself."""

from __future__ import annotations

import select
import struct
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

from bus.errors import ConfigError, RetriableError

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

    from bus.clock import Clock

_DATA, _ALIVE = ord("w"), ord("k")
_HEAD = struct.Struct("!BQQQ")
_ANSWER = struct.Struct("!BQQQQB")
_COPY_BOTH = 8
_TELL_SECONDS = 5.0
"""The server ends a stream that says nothing for a minute."""
_MICROSECONDS = 1_000_000
_SINCE_2000 = 946_684_800
_PASSED = frozenset({"sslmode", "sslrootcert", "sslcert", "sslkey", "options"})


class Wire:
    """One stream of one slot; not safe for two threads.

    Args:
        url: SQLAlchemy URL of the database.
        name: connector name, for messages.
        clock: the time.
    """

    def __init__(self, url: URL, name: str, clock: Clock) -> None:
        self._url = url
        self._name = name
        self._clock = clock
        self._pq: Any = None
        self._failures: tuple[type[Exception], ...] = (OSError, ValueError)
        self._line: Any = None
        self._told = 0.0
        self._confirmed = 0
        self.end = 0
        """Everything before this place in the log was sent to us."""

    def open(self, slot: str, publication: str, at: int) -> None:
        """Stream a slot from a place on.

        Raises:
            RetriableError: the server is not there, or somebody reads the slot.
            ConfigError: it refuses.
        """
        self.close()
        self._pq = pq = import_module("psycopg.pq")
        self._failures = (import_module("psycopg").Error, OSError, ValueError)
        self._line = line = pq.PGconn.connect(_conninfo(self._url))
        if line.status != pq.ConnStatus.OK:
            self._fail(line.error_message)
        words = (
            f'START_REPLICATION SLOT "{slot}" LOGICAL {lsn_text(at)} '
            f"(proto_version '1', publication_names '\"{publication}\"')"
        )
        result = line.exec_(words.encode())
        if int(result.status) != _COPY_BOTH:
            self._fail(result.error_message)
        self.end, self._told = at, self._clock.monotonic()

    def confirm(self, place: int) -> None:
        """What lies before this place may be forgotten; told with the next word."""
        self._confirmed = max(self._confirmed, place)

    def message(self, wait_seconds: float) -> bytes | None:
        """The next message of pgoutput; None if there is none in time.

        Raises:
            RetriableError: the line broke.
        """
        self._must_be_open()
        try:
            found = self._taken()
            return self._awaited(wait_seconds) if found is None else found
        except self._failures as error:
            raise self._broken(error) from None

    def _awaited(self, wait_seconds: float) -> bytes | None:
        until = self._clock.monotonic() + wait_seconds
        while True:
            now = self._clock.monotonic()
            if now - self._told > _TELL_SECONDS:
                self.tell()
            if now >= until and wait_seconds:
                return None
            if not self._more(max(0.0, until - now)) and not wait_seconds:
                return None
            found = self._taken()
            if found is not None:
                return found

    def tell(self, *, ask: bool = False) -> None:
        """Say what is confirmed; asked, the server says how far it has sent."""
        now = int((self._clock.now_ms() / 1000 - _SINCE_2000) * _MICROSECONDS)
        at = self._confirmed
        self._must_be_open()
        try:
            said = _ANSWER.pack(ord("r"), max(at, self.end), at, at, now, ask)
            self._line.put_copy_data(said)
            self._line.flush()
        except self._failures as error:
            raise self._broken(error) from None
        self._told = self._clock.monotonic()

    def close(self) -> None:
        """Hang up; may be called twice."""
        line, self._line = self._line, None
        if line is not None:
            with suppress(Exception):
                line.finish()

    def _taken(self) -> bytes | None:
        """The next message that is here; news of the server are taken in."""
        while True:
            size, data = self._line.get_copy_data(1)
            if size == 0:
                return None
            if size < 0:
                self._fail(self._line.error_message)
            found = bytes(data)
            if found[0] == _DATA:
                return found[_HEAD.size + 0 :]
            if found[0] == _ALIVE:
                _, end, _, asks = struct.unpack("!BQQB", found)
                self.end = max(self.end, end)
                if asks:
                    self.tell()

    def _more(self, wait_seconds: float) -> bool:
        ready, _, _ = select.select([self._line.socket], [], [], wait_seconds)
        if ready:
            self._line.consume_input()
        return bool(ready)

    def _fail(self, said: bytes) -> None:
        """Raises what the server's words mean."""
        words = " ".join(said.decode("utf-8", "replace").split())
        self.close()
        if "must be superuser or replication role" in words or (
            "permission denied" in words
        ):
            raise ConfigError(f"{self._name}: {words}; {role_words(self._url)}")
        raise RetriableError(f"{self._name}: logical replication: {words or 'ended'}")

    def _must_be_open(self) -> None:
        if self._line is None:
            raise RetriableError(f"{self._name}: logical replication: not connected")

    def _broken(self, error: Exception) -> RetriableError:
        self.close()
        return RetriableError(f"{self._name}: logical replication: {error}")


def lsn_text(place: int) -> str:
    """A place in the log as PostgreSQL writes it."""
    return f"{place >> 32:X}/{place & 0xFFFFFFFF:X}"


def lsn(text: str) -> int:
    """The inverse of `lsn_text`."""
    high, _, low = text.partition("/")
    return int(high, 16) << 32 | int(low, 16)


def role_words(url: URL) -> str:
    """What gives a role the right to read the log."""
    return f'its owner gives the right by: ALTER ROLE "{url.username}" REPLICATION;'


def _conninfo(url: URL) -> bytes:
    make = import_module("psycopg.conninfo").make_conninfo
    kept = {key: value for key, value in url.query.items() if key in _PASSED}
    found: str = make(
        host=url.host or "",
        port=url.port or 5432,
        user=url.username,
        password=url.password or "",
        dbname=url.database,
        connect_timeout=10,
        client_encoding="UTF8",
        replication="database",
        **kept,
    )
    return found.encode()
