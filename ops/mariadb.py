"""A real MariaDB on loopback: one server in a folder of its own, gone afterwards."""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from sqlalchemy import URL

from bus.clock import Clock, SystemClock
from bus.errors import ConfigError, FatalError
from ops.database_server import DatabaseServer
from ops.kafka.broker import free_ports

SOCKET_LIMIT = 100  # bytes of a Unix socket's path
USER = "opdbus"
CHANGE_LOG = ("--log-bin=binlog", "--server-id=1", "--binlog-format=ROW")
"""Options of a server whose changes can be captured."""
SEARCH = os.defpath + ":/usr/sbin:/usr/local/sbin:/usr/local/bin"


class LocalMariaDb:
    """One server as a child process; Debian's `mariadb-server` must be installed.

    The user of `url` may create databases and users.

    Args:
        folder: made when missing; data, log and socket are in it.
        clock: deadlines of start and stop.
        options: more words of the command line.
    """

    def __init__(
        self,
        folder: Path,
        clock: Clock | None = None,
        options: Sequence[str] = (),
    ) -> None:
        self._more = tuple(options)
        self.folder = folder.absolute()
        self.log_file = self.folder / "mariadb.log"
        self.port = 0
        self._password = secrets.token_hex(12)
        self._server = DatabaseServer(
            "mariadbd", signal.SIGTERM, clock or SystemClock()
        )

    @property
    def url(self) -> str:
        """SQLAlchemy URL of the server, without a database."""
        return self.login().render_as_string(hide_password=False)

    def login(self, database: str | None = None) -> URL:
        """The same as a URL object, with a database."""
        return URL.create(
            "mysql+pymysql", USER, self._password, "127.0.0.1", self.port, database
        )

    def start(self) -> Self:
        """Starts the server and returns when it answers.

        Raises:
            ConfigError: MariaDB is not installed.
            FatalError: it ended or stayed silent; the log's end is told.
        """
        server, installer = _program("mariadbd"), _program("mariadb-install-db")
        self.folder.mkdir(parents=True, exist_ok=True)
        data = self.folder / "data"
        if not data.is_dir():
            self._install(installer, data)
        self.port = self.port or free_ports(1)[0]
        accounts = self.folder / "accounts.sql"
        accounts.touch(mode=0o600)
        accounts.write_text(
            f"CREATE USER IF NOT EXISTS '{USER}'@'127.0.0.1' "
            f"IDENTIFIED BY '{self._password}';\n"
            f"GRANT ALL PRIVILEGES ON *.* TO '{USER}'@'127.0.0.1' "
            "WITH GRANT OPTION;\n",
            encoding="utf-8",
        )
        command = [str(server), *self._options(data), f"--init-file={accounts}"]
        self._server.start(command, self.log_file, self.login())
        return self

    def stop(self) -> None:
        """Asks the server to end, and kills it when it does not."""
        self._server.stop()

    def kill(self) -> None:
        """Ends the server at once, as a power cut would; `start` brings it back."""
        self._server.kill()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _install(self, installer: Path, data: Path) -> None:
        done = subprocess.run(  # noqa: S603 - Debian's own installer
            [
                str(installer),
                "--no-defaults",
                f"--datadir={data}",
                "--auth-root-authentication-method=socket",
                "--skip-test-db",
                *_as_root(),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            shutil.rmtree(data, ignore_errors=True)
            raise FatalError(
                f"mariadb-install-db: {(done.stdout + done.stderr)[-800:]}"
            )

    def _options(self, data: Path) -> list[str]:
        place = self.folder / "mariadb.sock"
        if len(os.fsencode(place)) > SOCKET_LIMIT:
            place = Path(tempfile.gettempdir()) / f"opdbus-mariadb-{self.port}.sock"
        return [
            "--no-defaults",
            f"--datadir={data}",
            f"--socket={place}",
            f"--pid-file={self.folder / 'mariadb.pid'}",
            "--bind-address=127.0.0.1",
            f"--port={self.port}",
            "--skip-name-resolve",
            "--skip-log-bin",
            "--innodb-buffer-pool-size=32M",
            "--innodb-log-file-size=16M",
            "--innodb-flush-log-at-trx-commit=2",
            "--performance-schema=OFF",
            *self._more,
            *_as_root(),
        ]


def _program(name: str) -> Path:
    found = shutil.which(name) or shutil.which(name, path=SEARCH)
    if found is None:
        raise ConfigError(
            f"{name} is not installed; on Debian or Ubuntu: "
            "sudo apt-get install --no-install-recommends mariadb-server"
        )
    return Path(found)


def _as_root() -> list[str]:
    return ["--user=root"] if os.geteuid() == 0 else []
