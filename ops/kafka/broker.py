"""A real Apache Kafka broker on loopback: one KRaft node in a folder of its own."""

import os
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from bus.clock import Clock, SystemClock
from bus.errors import ConfigError, FatalError
from ops.kafka.fencing import fence_previous
from ops.kafka.jars import jars
from ops.kafka.java import find_java
from ops.kafka.probe import brokers_behind
from ops.kafka.properties import port_in, server_properties

CLUSTER = "b3BkYnVzLWxvY2FsLWJyaw"
FORMAT = ("kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c")
READY_SECONDS = 60.0
STOP_SECONDS = 20.0
LOG4J = Path(__file__).with_name("log4j2.properties")


class LocalBroker:
    """One broker; the folder is its identity, so a later process can take it over.

    The folder holds `server.properties`, `data/`, `broker.log` and, while the
    broker runs, `broker.pid`. Starting again in the same folder keeps port and
    data. The process has a session of its own: Ctrl-C in the terminal does not
    reach it, its owner stops it last.

    Args:
        folder: made when missing.
        port: for clients; 0 keeps the folder's port or picks a free one.
        heap_mb: Java heap.
        tied: the broker ends with the thread that starts it, even when that is
            killed (Linux only); for test runs that a time limit may end.
        more: lines for `server.properties`; they win over the usual ones.
        clock: deadlines of start and stop.
        say: receives progress lines.
    """

    def __init__(  # noqa: PLR0913 - most of it by default
        self,
        folder: Path,
        port: int = 0,
        *,
        heap_mb: int = 512,
        tied: bool = False,
        more: str = "",
        clock: Clock | None = None,
        say: Callable[[str], None] = lambda _line: None,
    ) -> None:
        self.folder = folder.absolute()
        self.log_file = self.folder / "broker.log"
        self._settings = self.folder / "server.properties"
        self._pid_file = self.folder / "broker.pid"
        self._heap_mb = heap_mb
        self._tied = tied
        self._more = more
        self._clock = clock or SystemClock()
        self._say = say
        self._child: subprocess.Popen[bytes] | None = None
        self._asked_port = port

    @property
    def port(self) -> int:
        """Client port written in the folder; 0 before the first start."""
        if not self._settings.is_file():
            return 0
        return port_in(self._settings.read_text(encoding="utf-8"))

    @property
    def bootstrap(self) -> str:
        """`host:port` for clients."""
        return f"127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        """Process id while the broker runs, whoever started it."""
        try:
            pid = int(self._pid_file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return pid if str(self._settings) in command_line(pid) else None

    def start(self) -> Self:
        """Starts the broker and returns when it answers a metadata request.

        Raises:
            ConfigError: Java or Maven is missing, or the folder cannot be written.
            FatalError: the broker ended or stayed silent; the log's end is told.
        """
        if self.pid is not None:
            return self
        java, classpath = find_java(), f"{jars(self._say)}/*"
        self._prepare()
        command = self._command(str(java), classpath)
        if not (self.folder / "data" / "meta.properties").is_file():
            self._format(command)
        else:
            fence_previous(command, self.folder, free_ports(1)[0], self._clock)
        with self.log_file.open("ab") as log:
            self._child = subprocess.Popen(  # noqa: S603
                [*self._tie(), *command, "kafka.Kafka", str(self._settings)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._pid_file.write_text(str(self._child.pid), encoding="utf-8")
        try:
            self._wait_until_ready()
        except BaseException:
            self.kill()
            raise
        return self

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Asks the broker to end, and kills it when it has not after `seconds`."""
        self._signal(signal.SIGCONT)
        self._signal(signal.SIGTERM)
        if not self._wait(lambda: not self._alive(), seconds):
            self._signal(signal.SIGKILL)
            self._wait(lambda: not self._alive(), STOP_SECONDS)
        self._forget()

    def kill(self) -> None:
        """Ends the broker at once, as a power cut would (SIGKILL)."""
        self._signal(signal.SIGKILL)
        self._wait(lambda: not self._alive(), STOP_SECONDS)
        self._forget()

    def restart(self, *, hard: bool = False) -> None:
        """Stops (or kills) and starts on the same port with the same data."""
        if hard:
            self.kill()
        else:
            self.stop()
        self.start()

    def pause(self) -> None:
        """Freezes the process (SIGSTOP); clients see a broker that hangs."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Lets a frozen broker go on (SIGCONT)."""
        self._signal(signal.SIGCONT)

    def ready(self) -> bool:
        """Whether the broker answers a metadata request now."""
        return self.port != 0 and brokers_behind(self.bootstrap) > 0

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _prepare(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._write_settings()
        except OSError as error:
            raise ConfigError(
                f"{self.folder}: {error.strerror}; name a folder that can be written"
            ) from None

    def _write_settings(self) -> None:
        port, controller = free_ports(2)
        port = self._asked_port or self.port or port
        if not port_free(port):
            raise FatalError(
                f"port {port} on loopback is taken by another program; stop that, "
                f"choose another port or use another folder than {self.folder}"
            )
        text = server_properties(self.folder, port, controller) + self._more
        self._settings.write_text(text, encoding="utf-8")

    def _command(self, java: str, classpath: str) -> list[str]:
        return [
            java,
            f"-Xmx{self._heap_mb}m",
            "-Xms64m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=4",
            "-Djava.awt.headless=true",
            f"-Dlog4j2.configurationFile={LOG4J}",
            "-cp",
            classpath,
        ]

    def _tie(self) -> list[str]:
        setpriv = shutil.which("setpriv") if self._tied else None
        return [setpriv, "--pdeathsig", "KILL"] if setpriv else []

    def _format(self, command: list[str]) -> None:
        done = subprocess.run(  # noqa: S603
            [*command, *FORMAT, str(self._settings)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            words = (done.stdout + done.stderr).strip().splitlines()[-3:]
            raise FatalError(
                f"{self.folder}: Kafka did not format: {' | '.join(words)}"
            )

    def _wait_until_ready(self) -> None:
        self._wait(lambda: not self._alive() or self.ready(), READY_SECONDS)
        if self._alive() and self.ready():
            return
        state = "is silent" if self._alive() else "ended"
        raise FatalError(
            f"Kafka on {self.bootstrap} {state}; log {self.log_file}: {self._last()}"
        )

    def _last(self) -> str:
        lines = self.log_file.read_text(encoding="utf-8", errors="replace")
        return " | ".join(lines.splitlines()[-5:])

    def _alive(self) -> bool:
        if self._child is not None:
            return self._child.poll() is None
        return self.pid is not None

    def _signal(self, number: signal.Signals) -> None:
        pid = self.pid
        if pid is not None:
            os.kill(pid, number)

    def _forget(self) -> None:
        self._child = None
        self._pid_file.unlink(missing_ok=True)

    def _wait(self, done: Callable[[], bool], seconds: float) -> bool:
        pause, until = threading.Event(), self._clock.monotonic() + seconds
        while not done():
            if self._clock.monotonic() >= until:
                return False
            pause.wait(0.05)
        return True


def command_line(pid: int) -> str:
    """How a running process was started; empty when it has ended."""
    if Path("/proc/self").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8")
        except OSError:
            return ""
    listed = subprocess.run(  # noqa: S603
        ["ps", "-p", str(pid), "-o", "command="],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    return listed.stdout


def port_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    with socket.socket() as item:
        item.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            item.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_ports(count: int) -> list[int]:
    """Loopback ports that nobody listens on at the moment, all different."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for item in sockets:
            item.bind(("127.0.0.1", 0))
        return [item.getsockname()[1] for item in sockets]
    finally:
        for item in sockets:
            item.close()
