"""The connection on which a server sends its binary log."""

from __future__ import annotations

import struct
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

from bus.errors import ConfigError, RetriableError
from connectors.sql.account import account_of
from connectors.sql.capture.log import LostError
from connectors.sql.refusal import log_grant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import URL

_DUMP = 0x12
_HEARTBEAT_NS = 5_000_000_000
_SILENT_SECONDS = 30.0
"""The server sends a heartbeat every 5 s; silence for so long is a dead line."""
_AT_ONCE = 1 << 18
_FULL = 0xFFFFFF
_OK, _EOF, _ERROR = 0x00, 0xFE, 0xFF
_LOST = frozenset({1236})
_REFUSED = frozenset({1045, 1227, 1698})


class Wire:
    """One dump of the log, from a place on; not safe for two threads.

    Args:
        url: SQLAlchemy URL of the database.
        name: connector name, for messages.
        server_id: under which we read; the server ends an older reader of the same.
    """

    def __init__(self, url: URL, name: str, server_id: int) -> None:
        self._url = url
        self._name = name
        self._server_id = server_id
        self._connection: Any = None
        self._socket: Any = None
        self._data = bytearray()
        self._at = 0

    def open(self, file: str, at: int) -> bool:
        """Ask for the log from a place on.

        Returns:
            Whether events end with a checksum of 4 bytes.

        Raises:
            RetriableError: the server is not there. ConfigError: it refuses.
        """
        self.close()
        with self._errors():
            self._connection = connection = _connected(self._url, self._name)
            with connection.cursor() as cursor:
                cursor.execute("SELECT @@GLOBAL.binlog_checksum")
                ((checksum,),) = cursor.fetchall()
                cursor.execute("SET @master_binlog_checksum=@@GLOBAL.binlog_checksum")
                cursor.execute(f"SET @master_heartbeat_period={_HEARTBEAT_NS}")
                cursor.execute("SET @mariadb_slave_capability=4")
            asked = struct.pack("<IHI", at, 0, self._server_id) + file.encode()
            connection._execute_command(_DUMP, asked)  # noqa: SLF001 - no public way
            self._socket = connection._sock  # noqa: SLF001 - the same
            self._data, self._at = bytearray(), 0
            return str(checksum).upper() != "NONE"

    def event(self, wait_seconds: float) -> bytes | None:
        """The next event, header and all; None if there is none in time.

        Raises:
            LostError: the server does not have the place any more.
            RetriableError: the line broke.
        """
        try:
            return self._event(wait_seconds)
        except OSError as error:
            raise self._broken(error) from None

    def must(self) -> bytes:
        """The next event, which is under way.

        Raises:
            LostError, RetriableError: as `event`; also if it does not come.
        """
        found = self.event(_SILENT_SECONDS)
        if found is None:
            raise RetriableError(f"{self._name}: the binary log stopped half way")
        return found

    def close(self) -> None:
        """Hang up; may be called twice."""
        connection, self._connection, self._socket = self._connection, None, None
        if connection is not None:
            with suppress(Exception):
                connection._force_close()  # noqa: SLF001 - the dump never ends by itself

    def _event(self, wait_seconds: float) -> bytes | None:
        length, at = self._length(), self._at
        if length is not None and length < _FULL:
            end = at + 4 + length
            if len(self._data) >= end and self._data[at + 4] == _OK:  # nearly always
                self._at = end
                return bytes(self._data[at + 5 : end])
        return self._arriving(wait_seconds)

    def _arriving(self, wait_seconds: float) -> bytes | None:
        """An event that is not here yet, or one of several packets, or bad news."""
        parts: list[bytes] = []
        while True:
            length, start = self._length(), self._at + 4
            while length is None or len(self._data) < start + length:
                whole = length is None and not parts
                if not self._more(wait_seconds if whole else _SILENT_SECONDS):
                    return None
                length, start = self._length(), self._at + 4
            parts.append(bytes(self._data[start : start + length]))
            self._at = start + length
            if length < _FULL:
                break
        packet = parts[0] if len(parts) == 1 else b"".join(parts)
        if packet[0] == _OK:
            return packet[1:]
        raise self._ended(packet)

    def _length(self) -> int | None:
        at, data = self._at, self._data
        if len(data) - at < 4:  # noqa: PLR2004 - three bytes of length, one of number
            return None
        return data[at] | data[at + 1] << 8 | data[at + 2] << 16

    def _more(self, wait_seconds: float) -> bool:
        """Take what has come; False if nothing comes in time."""
        self._socket.settimeout(wait_seconds or 1e-6)
        try:
            found = self._socket.recv(_AT_ONCE)
        except TimeoutError:
            return False
        if not found:
            raise RetriableError(f"{self._name}: the server closed the binary log")
        if self._at:
            del self._data[: self._at]
            self._at = 0
        self._data += found
        return True

    def _ended(self, packet: bytes) -> Exception:
        if packet[0] != _ERROR:
            return RetriableError(f"{self._name}: the server ended the binary log")
        (code,) = struct.unpack_from("<H", packet, 1)
        said = packet[9:].decode("utf-8", "replace")
        if code in _LOST:
            return LostError(
                f"the server cannot give its binary log from there: {said}"
            )
        if code in _REFUSED:
            return ConfigError(f"{self._name}: {said}; {self._grant()}")
        return RetriableError(f"{self._name}: binary log: error {code}: {said}")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        failures = import_module("pymysql.err")
        try:
            yield
        except failures.MySQLError as error:
            self.close()
            code = error.args[0] if error.args else 0
            if code in _REFUSED:
                raise ConfigError(
                    f"{self._name}: {error.args[1]}; {self._grant()}"
                ) from None
            raise RetriableError(f"{self._name}: binary log: {error}") from None
        except OSError as error:
            raise self._broken(error) from None

    def _grant(self) -> str:
        return log_grant(self._url, account_of(self._url))

    def _broken(self, error: OSError) -> RetriableError:
        self.close()
        return RetriableError(f"{self._name}: binary log: {error}")


def _connected(url: URL, name: str) -> Any:
    try:
        pymysql = import_module("pymysql")
    except ModuleNotFoundError:
        raise ConfigError(
            f"{name}: mode cdc needs PyMySQL; install it: pip install 'opd-bus[mysql]'"
        ) from None
    kept = {key: value for key, value in url.query.items() if key in _PASSED}
    return pymysql.connect(
        host=url.host or "127.0.0.1",
        port=url.port or 3306,
        user=url.username,
        password=url.password or "",
        charset="utf8mb4",
        autocommit=True,
        connect_timeout=10,
        read_timeout=_SILENT_SECONDS,
        **kept,
    )


_PASSED = frozenset({"unix_socket", "ssl_ca", "ssl_cert", "ssl_key", "ssl_verify_cert"})
