"""A legacy app, a broker and the connect worker as it runs in production."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import yaml

from bus.contracts import topic_name
from bus.kafka.reader import read_committed
from bus.record import Record, header
from bus.serde import HttpRegistry, Serde
from bus.testing.clock import ManualClock
from ops.kafka.broker import free_ports
from tests.conformance.workshop import CATALOG, PEOPLE, TENANT, person

SECRET = "a secret of the tests, 32 bytes."
TOPIC = "adminduk.penduduk.state.v1"
FILE = """
connector: {name}
app: uji
kind: sql
source:
  url: sqlite:///{path}
  table: {table}
  mode: {mode}
  key: [id]
  chunk_rows: 25
  poll_seconds: 0.1
"""


class App:
    """The legacy app's database."""

    def __init__(self, path: Path) -> None:
        self.path = path
        database = sqlite3.connect(path)
        database.execute("pragma journal_mode=delete")
        database.execute(
            "create table warga (id integer primary key, nik text, nama text,"
            " no_kk text, desa text, rt text, status text, diubah text)"
        )
        database.commit()
        database.close()

    def put(self, *rows: dict[str, Any]) -> None:
        database = sqlite3.connect(self.path, timeout=20)
        with database:
            database.executemany(
                "insert or replace into warga values"
                " (:id,:nik,:nama,:no_kk,:desa,:rt,:status,:diubah)",
                rows,
            )
        database.close()

    def fill(self, start: int, end: int, **other: Any) -> None:
        moment = {"diubah": "2026-03-01 08:00:00"}
        self.put(*(person(i, **(moment | other)) for i in range(start, end)))

    def delete(self, number: int) -> None:
        database = sqlite3.connect(self.path, timeout=20)
        with database:
            database.execute("delete from warga where id=?", (number,))
        database.close()


class Plant:
    """Everything one test needs, in its folder.

    Args:
        bootstrap: the broker.
        folder: the test's own.
        tenant_id: a tenant of its own.
    """

    def __init__(self, bootstrap: str, folder: Path, tenant_id: str) -> None:
        self.bootstrap = bootstrap
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.tenant = TENANT.model_copy(update={"id": tenant_id})
        self.app = App(folder / "app.db")
        port, self._metrics = free_ports(2)
        self._url = f"http://127.0.0.1:{self._metrics}"
        self.registry = f"http://127.0.0.1:{port}"
        self._tenant_file = folder / "tenant.yaml"
        text = yaml.safe_dump(self.tenant.model_dump(mode="json"))
        self._tenant_file.write_text(text, encoding="utf-8")
        self._port = port
        self._children: list[subprocess.Popen[bytes]] = []
        self._log = (folder / "children.log").open("ab")
        registry = HttpRegistry(self.registry, folder / "cache", ManualClock())
        self._http = registry
        self.serde = Serde(CATALOG, registry)

    def connector(
        self, mode: str = "snapshot-diff", table: str = "warga", name: str = "uji"
    ) -> Path:
        """A connector file over the app."""
        path = self.folder / f"{name}.yaml"
        text = FILE.format(name=name, path=self.app.path, table=table, mode=mode)
        if mode == "incremental":
            text += "  cursor: diubah\n"
        path.write_text(text + PEOPLE, encoding="utf-8")
        return path

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "OPDBUS_BOOTSTRAP": self.bootstrap,
            "OPDBUS_REGISTRY_URL": self.registry,
            "OPDBUS_GATEWAY_PORT": str(self._port),
            "OPDBUS_METRICS_PORT": str(self._metrics),
            "OPDBUS_STATE_DIR": str(self.folder / "state"),
            "OPDBUS_TENANT_FILE": str(self._tenant_file),
            "OPDBUS_SECRET": SECRET,
        }

    def gateway(self) -> None:
        """Start the schema registry."""
        child = self._start("gateway", "run")
        url = f"{self.registry}/health/ready"
        self.wait(lambda: _answers(url), child=child)

    def worker(self, *files: Path, once: bool = False) -> subprocess.Popen[bytes]:
        """Start the connect worker."""
        options = ["--once"] if once else []
        return self._start("connect", "run", *options, *map(str, files))

    def finish(self, *files: Path) -> None:
        """Run the worker until its sources have nothing more."""
        assert self.worker(*files, once=True).wait(timeout=90) == 0, self.log()

    def says(self, *words: str, answer: str = "") -> tuple[int, str]:
        """A verb as an operator types it; exit code and what it says."""
        done = subprocess.run(
            [sys.executable, "-m", "ops.cli", *words],
            env=self.environment,
            input=answer,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(
            [sys.executable, "-m", "ops.cli", *arguments],
            env=self.environment,
            stdout=self._log,
            stderr=self._log,
        )
        self._children.append(child)
        return child

    def ready(self) -> tuple[int, str]:
        """Status and text of the worker's readiness."""
        try:
            answer = httpx.get(self._url + "/health/ready", timeout=5, trust_env=False)
        except httpx.HTTPError:
            return 0, ""
        return answer.status_code, answer.text

    def parts(self) -> set[str]:
        """Sources that the worker runs and that are ready."""
        try:
            answer = httpx.get(self._url + "/health/ready", timeout=5, trust_env=False)
        except httpx.HTTPError:
            return set()
        parts = answer.json().get("parts", {})
        ready = {name for name, part in parts.items() if part["status"] == "ready"}
        return ready - {"sources", "files"}

    def status(self, name: str) -> dict[str, Any]:
        """The last state that a task told."""
        found: dict[str, Any] = {}
        for record in self.records("platform.connector.state.v1"):
            if record.key == f"{name}|0".encode():
                found = dict(self.serde.decode(record.value or b"")[1])
        return found

    def wait(
        self,
        ready: Callable[[], bool],
        seconds: float = 60,
        child: subprocess.Popen[bytes] | None = None,
    ) -> None:
        """Until it is so.

        Raises:
            AssertionError: it never was.
        """
        pause = threading.Event()
        for _ in range(int(seconds * 5)):
            if ready():
                return
            if child is not None:
                assert child.poll() is None, self.log()
            pause.wait(0.2)
        raise AssertionError(f"waited in vain\n{self.log()}")

    def log(self) -> str:
        self._log.flush()
        text = (self.folder / "children.log").read_text(encoding="utf-8")
        return text[-20000:]

    def records(self, ref: str = TOPIC) -> list[Record]:
        """All committed records of a contract's topic."""

        async def read() -> list[Record]:
            topic = topic_name(self.tenant.id, ref)
            return [record async for record in read_committed(self.bootstrap, topic)]

        return asyncio.run(read())

    def rows(self) -> float:
        """Rows the running worker has committed, as its metrics say."""
        return self.metric("rows_total")

    def metrics(self) -> str:
        """What the worker shows; empty while it starts."""
        try:
            return httpx.get(self._url + "/metrics", timeout=5, trust_env=False).text
        except httpx.HTTPError:
            return ""

    def metric(self, name: str) -> float:
        """Sum of one of its metrics over all labels."""
        start = f"opdbus_{name}{{"
        lines = [x for x in self.metrics().splitlines() if x.startswith(start)]
        return sum(float(line.rpartition(" ")[2]) for line in lines)

    def count(self) -> int:
        """Committed events so far; 0 while the topic does not exist."""
        try:
            return len(self.records())
        except Exception:  # noqa: BLE001 - the topic is made by the worker
            return 0

    def close(self) -> None:
        for child in self._children:
            if child.poll() is None:
                child.terminate()
        for child in self._children:
            with suppress(subprocess.TimeoutExpired):
                child.wait(timeout=20)
            if child.poll() is None:
                child.kill()
                child.wait(timeout=20)
        self._log.close()
        self._http.close()


def ids(records: list[Record]) -> list[str]:
    """Event ids, in the order read."""
    return [header(record.headers, "ce_id") or "" for record in records]


def kill(child: subprocess.Popen[bytes]) -> None:
    """As a power cut would."""
    child.send_signal(signal.SIGKILL)
    child.wait(timeout=20)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False
