"""A small site: tenant, registry, topics, a worker of sinks as a process of its own."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import httpx
import yaml

from bus.clock import SystemClock
from bus.config.settings import Settings
from bus.config.tenant import Tenant
from bus.connect.delivery.dead import DEAD_LETTERS
from bus.contracts import Catalog
from bus.kafka.partitioner import partition_for
from bus.kafka.reader import read_committed
from bus.kafka.topics import ensure_topics
from bus.kafka.writer import TransactionalWriter
from bus.record import Event, Headers, Record, headers_of
from bus.serde import HttpRegistry, Serde
from ops.kafka.broker import free_ports

CATALOG = Catalog.load()
MUTU = "tata.mutu.fact.v1"
SANTUNAN = "sosial.santunan.fact.v1"
PAUSE = threading.Event()


class Process:
    """A child process with a health port."""

    def __init__(
        self, arguments: Sequence[str], env: dict[str, str], log: Path
    ) -> None:
        self.port = int(env.get("OPDBUS_METRICS_PORT") or env["OPDBUS_GATEWAY_PORT"])
        self.log = log
        with log.open("ab") as out:
            self.child = subprocess.Popen(
                [sys.executable, *arguments],
                env=os.environ | env,
                stdout=out,
                stderr=out,
            )

    def get(self, path: str) -> httpx.Response:
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", trust_env=False)

    def wait_ready(self, status: int = 200, seconds: float = 60) -> dict[str, Any]:
        body: Any = None
        for _ in range(int(seconds * 20)):
            assert self.child.poll() is None, self.log.read_text()[-3000:]
            try:
                answer = self.get("/health/ready")
            except httpx.TransportError:
                PAUSE.wait(0.05)
                continue
            body = answer.json()
            if answer.status_code == status and body.get("parts", True):
                return dict(body)
            PAUSE.wait(0.05)
        raise AssertionError(f"never {status}: {body}\n{self.log.read_text()[-3000:]}")

    def kill(self) -> None:
        self.child.send_signal(signal.SIGKILL)
        self.child.wait()

    def stop(self) -> int:
        """SIGTERM, then the exit code."""
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
        return self.child.wait(timeout=30)


class Site:
    """One tenant on a real broker, with a real registry."""

    def __init__(
        self, bootstrap: str, registry: str, tenant: str, folder: Path
    ) -> None:
        self.folder = folder
        text = Path("ops/examples/batang/tenant.yaml").read_text(encoding="utf-8")
        data = yaml.safe_load(text) | {"id": tenant}
        self.tenant = Tenant.model_validate(data)
        tenant_file = folder / "tenant.json"
        tenant_file.write_text(json.dumps(data, default=str), encoding="utf-8")
        self.settings = Settings(
            bootstrap=bootstrap,
            registry_url=registry,
            state_dir=folder / "state",
            tenant_file=tenant_file,
        )
        self.clock = SystemClock()
        self._registry = HttpRegistry(registry, folder / "schemas", self.clock)
        self.serde = Serde(CATALOG, self._registry)
        ensure_topics(
            self.settings, CATALOG, self.tenant, [MUTU, SANTUNAN, DEAD_LETTERS]
        )
        self._processes: list[Process] = []

    def topic(self, ref: str) -> str:
        return CATALOG.contract(ref).topic(self.tenant.id)

    def event(self, event_type: str, number: int, value: dict[str, Any]) -> Event:
        return Event(
            type=event_type,
            key=f"kunci{number}",
            value=value,
            id=f"{number:032x}",
            source=f"/{self.tenant.id}/santunan.klaim",
            time_ms=self.clock.now_ms(),
        )

    def finding(self, number: int, to: str = "INSPEKTORAT") -> Event:
        value = {
            "temuan_id": f"T{number}",
            "aturan_id": "UJI",
            "tentang": None,
            "penerima": to,
            "keparahan": "INFO",
            "pesan": f"temuan {number}",
            "sampel_hash": None,
            "aturan_versi": "v1",
            "dasar": [],
            "mutu": [],
        }
        return self.event("MutuDataDitemukan", number, value)

    def produce(self, ref: str, events: Iterable[Event]) -> None:
        topic = self.topic(ref)
        self.produce_raw(
            topic,
            [
                (e.key, self.serde.encode(topic, e.type, e.value or {}), headers_of(e))
                for e in events
            ],
        )

    def produce_raw(
        self, topic: str, records: Sequence[tuple[str, bytes, Headers]]
    ) -> None:
        """In transactions of 100, so that control records lie between."""

        async def run() -> None:
            writer = TransactionalWriter(self.settings.bootstrap, f"{topic}-test")
            await writer.start()
            try:
                count = await writer.partition_count(topic)
                for start in range(0, len(records), 100):
                    await writer.begin()
                    for key, value, headers in records[start : start + 100]:
                        at = partition_for(key.encode(), count)
                        writer.append(topic, at, key.encode(), value, headers)
                    await writer.commit()
            finally:
                await writer.stop()

        asyncio.run(run())

    def records(self, ref: str) -> list[Record]:
        async def run() -> list[Record]:
            reading = read_committed(self.settings.bootstrap, self.topic(ref))
            return [record async for record in reading]

        return asyncio.run(run())

    def sink_file(self, name: str, **parts: Any) -> Path:
        """A sink over the findings; `parts` replace keys of the YAML."""
        data: dict[str, Any] = {
            "connector": name,
            "app": name,
            "topics": [MUTU],
            "batch": 20,
            "retry": {"first_seconds": 0.1, "most_seconds": 0.5},
            "mapping": {
                "MutuDataDitemukan": {"isi": {"nomor": "temuan_id", "uraian": "pesan"}}
            },
        }
        path = self.folder / f"{name}.yaml"
        path.write_text(yaml.safe_dump(data | parts), encoding="utf-8")
        return path

    def worker(self, *files: Path, **env: str) -> Process:
        """`opdbus connect run` on these files."""
        (port,) = free_ports(1)
        variables = {
            "OPDBUS_BOOTSTRAP": self.settings.bootstrap,
            "OPDBUS_REGISTRY_URL": self.settings.registry_url,
            "OPDBUS_STATE_DIR": str(self.settings.state_dir),
            "OPDBUS_TENANT_FILE": str(self.settings.tenant_file),
            "OPDBUS_METRICS_PORT": str(port),
            "OPDBUS_SECRET": "a secret only for tests",
        }
        arguments = ["-m", "ops.cli", "connect", "run", *map(str, files)]
        log = self.folder / f"worker-{len(self._processes)}.log"
        process = Process(arguments, variables | env, log)
        self._processes.append(process)
        return process

    def close(self) -> None:
        self._registry.close()
        for process in self._processes:
            if process.child.poll() is None:
                process.kill()
