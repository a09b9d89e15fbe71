"""A real PostgreSQL on loopback: one server in a folder of its own, gone afterwards."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from sqlalchemy import URL

from bus.clock import Clock, SystemClock
from bus.errors import ConfigError, FatalError
from ops.database_server import DatabaseServer
from ops.kafka.broker import free_ports

USER = "opdbus"
SERVICE_USER = "postgres"
VERSIONS = Path("/usr/lib/postgresql")
OPTIONS = (
    *("listen_addresses=127.0.0.1", "unix_socket_directories="),
    *("shared_buffers=64MB", "max_wal_size=2GB", "max_connections=40"),
    *("fsync=off", "synchronous_commit=off", "full_page_writes=off"),
)
"""What it keeps is thrown away with it; a killed process loses nothing."""
CHANGE_LOG = ("wal_level=logical", "synchronous_commit=on", "max_replication_slots=40")
"""Settings of a server whose changes can be captured."""


class LocalPostgreSql:
    """One server as a child process; Debian's `postgresql` must be installed.

    PostgreSQL refuses to run as root: then it runs as Debian's user `postgres` in a
    folder that this user may enter, made in the folder for temporary files. The user
    of `url` may create databases and users.

    Args:
        clock: deadlines of start and stop.
        options: more settings, `name=value`.
    """

    def __init__(self, clock: Clock | None = None, options: Sequence[str] = ()) -> None:
        self._more = tuple(options)
        self.port = 0
        self._home: Path | None = None
        self._password = secrets.token_hex(12)
        self._server = DatabaseServer("postgres", signal.SIGINT, clock or SystemClock())

    @property
    def url(self) -> str:
        """SQLAlchemy URL of the server, without a database of its own."""
        return self.login().render_as_string(hide_password=False)

    def login(self, database: str = "postgres") -> URL:
        """The same as a URL object, with a database."""
        return URL.create(
            "postgresql+psycopg",
            USER,
            self._password,
            "127.0.0.1",
            self.port,
            database,
        )

    def start(self) -> Self:
        """Starts the server and returns when it answers.

        Raises:
            ConfigError: PostgreSQL is not installed.
            FatalError: it ended or stayed silent; the log's end is told.
        """
        server, installer = _program("postgres"), _program("initdb")
        if self._home is None:
            self._home = _home()
            self._install(installer, self._home)
        self.port = self.port or free_ports(1)[0]
        options = [
            word for option in (*OPTIONS, *self._more) for word in ("-c", option)
        ]
        self._server.start(
            [str(server), f"-D{self._home / 'data'}", f"-p{self.port}", *options],
            self._home / "postgresql.log",
            self.login(),
            cwd=self._home,
            **_as_service_user(),
        )
        return self

    def stop(self) -> None:
        """Asks the server to end, and kills it when it does not; data stays."""
        self._server.stop()

    def kill(self) -> None:
        """Ends the server at once, as a power cut would; `start` brings it back."""
        self._server.kill()

    def close(self) -> None:
        """Stop it and throw its data away."""
        self.stop()
        if self._home is not None:
            shutil.rmtree(self._home, ignore_errors=True)
            self._home = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    def _install(self, installer: Path, home: Path) -> None:
        words = home / "password"
        words.touch(mode=0o600)
        words.write_text(self._password, encoding="ascii")
        if os.geteuid() == 0:
            account = _service_account()
            os.chown(words, account.pw_uid, account.pw_gid)
        done = subprocess.run(  # noqa: S603 - Debian's own installer
            [
                str(installer),
                f"-D{home / 'data'}",
                f"--username={USER}",
                f"--pwfile={words}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ],
            cwd=home,
            capture_output=True,
            text=True,
            check=False,
            **_as_service_user(),
        )
        words.unlink()
        if done.returncode:
            raise FatalError(f"initdb: {(done.stdout + done.stderr)[-800:]}")


def _home() -> Path:
    home = Path(tempfile.mkdtemp(prefix="opdbus-postgresql-"))
    if os.geteuid() == 0:
        account = _service_account()
        os.chown(home, account.pw_uid, account.pw_gid)
    return home


def _service_account() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SERVICE_USER)
    except KeyError:
        raise ConfigError(
            f"there is no user {SERVICE_USER}: Debian's package postgresql makes it"
        ) from None


def _as_service_user() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    account = _service_account()
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _program(name: str) -> Path:
    """Debian keeps the servers of each version in a folder outside of PATH."""
    folders = [path / "bin" for path in VERSIONS.glob("*")]
    versions = sorted(folders, key=lambda path: _number(path.parent.name), reverse=True)
    for folder in versions:
        if (folder / name).is_file():
            return folder / name
    if found := shutil.which(name):
        return Path(found)
    raise ConfigError(
        f"{name} is not installed; on Debian or Ubuntu: "
        "sudo apt-get install --no-install-recommends postgresql"
    )


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0
