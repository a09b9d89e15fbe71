"""A sink task on a stage: real contracts and serde; feed and receiver in memory."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bus.connect.delivery.echo import EchoMemory
from bus.connect.delivery.plan import DeliveryPlan, compile_plan
from bus.connect.delivery.sort import Sorter
from bus.connect.delivery.task import SinkParts, SinkTask
from bus.connect.files.sink_file import read_sink
from bus.contracts import Catalog
from bus.health import Health
from bus.record import Event, Record, Value, headers_of
from bus.serde import Serde
from bus.testing.clock import ManualClock
from bus.testing.feed import MemoryFeed
from bus.testing.receiver import MemoryDeadLetters, ScriptedReceiver
from bus.testing.registry import MemoryRegistry

CATALOG = Catalog.load()
WIB = ZoneInfo("Asia/Jakarta")
TENANT = "k3325"
TOPIC = "k3325.tata.mutu.fact.v1"

FINDINGS = """
connector: {name}
kind: csv-worklist
app: inspektorat
topics: [tata.mutu.fact.v1]
filter: [{{field: penerima, equals: INSPEKTORAT}}]
batch: 3
sink: {{folder: /x}}
mapping:
  MutuDataDitemukan:
    jenis: TEMUAN
    isi: {{nomor: temuan_id, uraian: pesan, id: $id}}
"""


def plan_from(text: str, folder: Path) -> DeliveryPlan:
    path = folder / "sink.yaml"
    path.write_text(text, encoding="utf-8")
    return compile_plan(read_sink(path), CATALOG, TENANT, WIB)


def finding(number: str, text: str = "periksa", to: str = "INSPEKTORAT") -> Value:
    return {
        "temuan_id": number,
        "aturan_id": "LEWAT_SETELAH_KOREKSI",
        "tentang": None,
        "penerima": to,
        "keparahan": "BERAT",
        "pesan": text,
        "sampel_hash": None,
        "aturan_versi": "v1",
        "dasar": [],
        "mutu": [],
    }


class Stage:
    """Everything around one task; `run` plays until the feed is drained."""

    def __init__(self, folder: Path, name: str = "uji") -> None:
        self.folder = folder
        self.plan = plan_from(FINDINGS.format(name=name), folder)
        self.serde = Serde(CATALOG, MemoryRegistry())
        self.clock = ManualClock()
        self.feed = MemoryFeed()
        self.receiver = ScriptedReceiver()
        self.dead = MemoryDeadLetters()
        self.health = Health(f"sink-{name}")
        self.waits: list[float] = []

    def add(self, ident: str, value: Value, source: str = "/k3325/santunan.x") -> None:
        """One more record on partition 0; key = finding number."""
        event = Event(
            type="MutuDataDitemukan",
            key=value["temuan_id"],
            value=value,
            id=ident,
            source=source,
            time_ms=self.clock.now_ms(),
        )
        self.add_raw(event, self.serde.encode(TOPIC, event.type, value))

    def add_raw(self, event: Event, data: bytes | None, headers: Any = None) -> None:
        offset = len(self.feed.records)
        found = headers_of(event) if headers is None else headers
        self.feed.records.append(
            Record(TOPIC, 0, offset, event.time_ms, event.key.encode(), data, found)
        )

    def task(self, before_wait: Callable[[], None] = lambda: None) -> SinkTask:
        async def pause(seconds: float) -> None:
            self.waits.append(seconds)
            before_wait()
            await asyncio.sleep(0)

        memory = EchoMemory(self.folder / "echo.sqlite")
        return SinkTask(
            SinkParts(
                plan=self.plan,
                sink=self.receiver,
                feed=self.feed,
                sorter=Sorter(self.plan, self.serde, memory),
                dead_letters=self.dead,
                clock=self.clock,
                health=self.health,
            ),
            pause,
        )

    def run(self) -> None:
        """A task from start to a drained feed."""
        asyncio.run(self.play(self.task()))

    async def play(self, task: SinkTask) -> None:
        await self.play_on(task, asyncio.create_task(task.run()))

    async def play_on(self, task: SinkTask, running: asyncio.Task[None]) -> None:
        """Wait until the feed is drained or the task has ended, then stop it."""
        async with asyncio.timeout(10):
            while not running.done() and not self.feed.is_drained():  # noqa: ASYNC110
                await asyncio.sleep(0.001)
            task.stop()
            await running
