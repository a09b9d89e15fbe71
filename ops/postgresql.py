"""A real PostgreSQL on loopback: one server in a folder of its own, gone afterwards."""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from sqlalchemy import URL, Engine, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from bus.clock import Clock, SystemClock
from bus.errors import ConfigError, FatalError

READY_SECONDS = 60.0
STOP_SECONDS = 20.0
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
    folder that this user may enter, made in the folder for temporary files. Its
    session is its own, so Ctrl-C in the terminal does not reach it. The user of `url`
    may create databases and users.

    Args:
        clock: deadlines of start and stop.
        options: more settings, `name=value`.
    """

    def __init__(self, clock: Clock | None = None, options: Sequence[str] = ()) -> None:
        self._more = tuple(options)
        self.port = 0
        self._home: Path | None = None
        self._password = secrets.token_hex(12)
        self._clock = clock or SystemClock()
        self._child: subprocess.Popen[bytes] | None = None

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
        self.port = self.port or _free_port()
        options = [
            word for option in (*OPTIONS, *self._more) for word in ("-c", option)
        ]
        with (self._home / "postgresql.log").open("ab") as log:
            self._child = subprocess.Popen(  # noqa: S603 - Debian's own server
                [
                    str(server),
                    f"-D{self._home / 'data'}",
                    f"-p{self.port}",
                    *options,
                ],
                cwd=self._home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **_as_service_user(),
            )
        try:
            self._wait_until_ready()
        except BaseException:
            self.kill()
            raise
        return self

    def stop(self) -> None:
        """Asks the server to end, and kills it when it does not; data stays."""
        if self._child is None:
            return
        self._child.send_signal(signal.SIGINT)
        try:
            self._child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        self._child = None

    def kill(self) -> None:
        """Ends the server at once, as a power cut would; `start` brings it back."""
        if self._child is not None:
            os.killpg(self._child.pid, signal.SIGKILL)
            self._child.wait(STOP_SECONDS)
            self._child = None

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

    def _wait_until_ready(self) -> None:
        engine = create_engine(self.login())
        until = self._clock.monotonic() + READY_SECONDS
        pause = threading.Event()
        try:
            while not _answers(engine):
                ended = self._child is None or self._child.poll() is not None
                if ended or self._clock.monotonic() > until:
                    raise FatalError(
                        f"postgres on port {self.port} is not ready: {self._said()}"
                    )
                pause.wait(0.1)  # asks ten times a second whether it answers
        finally:
            engine.dispose()

    def _said(self) -> str:
        if self._home is None:
            return ""
        log = self._home / "postgresql.log"
        return log.read_text("utf-8", "replace")[-800:]


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


def _answers(engine: Engine) -> bool:
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


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


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
