"""A village with its app, the agent there, and the other end on a real broker."""

import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

from ops.kafka.broker import free_ports
from tests.conformance.workshop import PEOPLE, person
from tests.integration.agent.cutter import CuttingProxy
from tests.integration.connect.plant import Plant, kill

SECRET = "rahasia agen desa subah, 32 huruf lebih"
FILE = """
connector: desa
app: uji
kind: sql
objek: warga
batas: {{hapus_persen: 100}}
agent:
  url: http://127.0.0.1:{port}/agen
  secret: ${{AGEN_SUBAH}}
  folder: {folder}
  frame_rows: {frame_rows}
  most_mb: {most_mb}
source:
  url: ${{DESA_URL}}
  table: warga
  mode: snapshot-diff
  key: [id]
  poll_seconds: 0.2
"""


class Village:
    """Both ends of a line that breaks.

    Args:
        plant: broker, registry, tenant and app.
        cuts: how often the line breaks.
        seed: of the cuts.
    """

    def __init__(
        self,
        plant: Plant,
        cuts: int = 0,
        seed: int = 0,
        frame_rows: int = 20,
        most_mb: int = 16,
        most_bytes: int = 6000,
    ) -> None:
        self.plant = plant
        self.folder = plant.folder / "desa"
        self._port, self._metrics = free_ports(2)
        chance = random.Random(seed)
        self.line = CuttingProxy(self._port, chance, cuts, most_bytes)
        self.file = plant.folder / "desa.yaml"
        text = FILE.format(
            port=self.line.port,
            folder=self.folder,
            frame_rows=frame_rows,
            most_mb=most_mb,
        )
        self.file.write_text(text + PEOPLE, encoding="utf-8")
        self._log = (plant.folder / "village.log").open("ab")
        self._children: list[subprocess.Popen[bytes]] = []
        self.collecting: subprocess.Popen[bytes] | None = None

    def collect(self) -> None:
        """Start the other end; it does not know where the app is."""
        self.collecting = self._start(
            ["collect", str(self.file)], OPDBUS_COLLECT_PORT=str(self._port)
        )

    def agent(self, *options: str) -> subprocess.Popen[bytes]:
        """Start the agent; it knows neither broker nor tenant secret."""
        return self._start(["agent", str(self.file), *options], **self._own)

    @property
    def _own(self) -> dict[str, str]:
        """The environment of the village."""
        return {
            "OPDBUS_BOOTSTRAP": "127.0.0.1:1",
            "OPDBUS_SECRET": "",
            "OPDBUS_METRICS_PORT": str(self._metrics),
            "DESA_URL": f"sqlite:///{self.plant.app.path}",
            "AGEN_SUBAH": SECRET,
        }

    def settle(self) -> None:
        """Let an agent send all there is."""
        assert self.once() == 0, self.log()

    def once(self) -> int:
        """An agent that ends when all is safe, or the line fails again and again."""
        return self.agent("--once").wait(timeout=120)

    def ready(self) -> dict[str, Any]:
        """What the agent's health says."""
        url = f"http://127.0.0.1:{self._metrics}/health/ready"
        try:
            found: dict[str, Any] = httpx.get(url, timeout=5, trust_env=False).json()
        except httpx.HTTPError:
            return {}
        return found

    def frames(self) -> int:
        """Frames that wait for the line, as the agent's metrics say."""
        return int(self.metric("frames"))

    def metric(self, name: str) -> float:
        """One of its gauges; 0 while it starts."""
        url = f"http://127.0.0.1:{self._metrics}/metrics"
        try:
            text = httpx.get(url, timeout=5, trust_env=False).text
        except httpx.HTTPError:
            return 0
        start = f"opdbus_agent_{name}{{"
        lines = [line for line in text.splitlines() if line.startswith(start)]
        return sum(float(line.rpartition(" ")[2]) for line in lines)

    def status(self, wanted: str = "spool: the spool is full") -> Any:
        """Exit code of `--status`, and the wanted words if it says them."""
        done = subprocess.run(
            [sys.executable, "-m", "ops.cli", "agent", str(self.file), "--status"],
            env=self.plant.environment | self._own,
            capture_output=True,
            text=True,
            check=False,
        )
        said = done.stdout + done.stderr
        return done.returncode, wanted if wanted in said else said

    def keeps(self, frames: int, agent: subprocess.Popen[bytes]) -> None:
        """Wait until the agent keeps exactly so many."""
        self.plant.wait(lambda: self.frames() == frames, child=agent)

    def log(self) -> str:
        self._log.flush()
        text = (self.plant.folder / "village.log").read_text(encoding="utf-8")
        return text[-8000:]

    def _start(self, arguments: list[str], **env: str) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(
            [sys.executable, "-m", "ops.cli", *arguments],
            env=self.plant.environment | {"AGEN_SUBAH": SECRET} | env,
            stdout=self._log,
            stderr=self._log,
        )
        self._children.append(child)
        return child

    def close(self) -> None:
        for child in self._children:
            if child.poll() is None:
                kill(child)
        self.line.close()
        self._log.close()

    def truth(self) -> dict[str, str]:
        """Reference → status of every row that was ever told and is there."""
        import sqlite3

        database = sqlite3.connect(self.plant.app.path)
        rows = database.execute("select id, status from warga").fetchall()
        database.close()
        words = {"1": "HIDUP", "2": "MATI"}
        return {f"uji|warga|{number}": words[status] for number, status in rows}

    def told(self) -> tuple[dict[str, str], list[str], list[tuple[str, str]]]:
        """Reference → last status not withdrawn; all ids; all states in order."""
        from bus.record import header

        state: dict[str, str] = {}
        ids, order = [], []
        for record in self.plant.records():
            value = self.plant.serde.decode(record.value or b"")[1]
            ref = value["sumber_ref"]
            ids.append(header(record.headers, "ce_id") or "")
            if header(record.headers, "ce_operation") == "DIBATALKAN":
                state.pop(ref, None)
            else:
                state[ref] = value["status_dasar"]
            order.append((ref, value["status_dasar"]))
        return state, ids, order


def changes(plant: Plant, chance: random.Random, count: int, people: int) -> None:
    """Life in the village: people come, die, come back to life, are deleted."""
    for _ in range(count):
        number = chance.randrange(people)
        if chance.random() < 0.1:
            plant.app.delete(number)
        else:
            status = chance.choice("12")
            plant.app.put(person(number, status=status, diubah=None))


def stop(child: subprocess.Popen[bytes]) -> int:
    child.send_signal(signal.SIGTERM)
    return child.wait(timeout=60)


def folder_bytes(path: Path) -> bytes:
    """Everything that lies in a folder."""
    return b"".join(each.read_bytes() for each in path.iterdir() if each.is_file())
