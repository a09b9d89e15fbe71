"""One tenant on the shared broker: its load, its workers, and what came of it."""

import asyncio
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx
from rocksdict import AccessType, Options, Rdict

from bus.contracts import topic_name
from bus.errors import RetriableError
from bus.kafka.ends import LogEnds
from bus.kafka.positions import GroupPositions
from bus.kafka.reader import read_committed
from bus.streams.wiring.audit import Audit, Auditor
from bus.streams.wiring.stage import group_of, stages_of
from ops.benchmarks.streams.material import everybody
from ops.benchmarks.streams.topology import COUNTS, REPORTS
from ops.benchmarks.streams.track import Track
from ops.cli.pipeline import refs_of
from ops.kafka.broker import free_ports
from ops.showcase.crew import Child
from ops.showcase.metrics import ready
from tests.chaos.load import Load
from tests.chaos.topologies import COUNT, topology_of

PARTITIONS = range(4)
_READ_ONLY = AccessType.read_only()


class Field:
    """What a test works on.

    Args:
        track: broker and registry that all share.
        tenant: an id no other test uses.
        seed: of everything that is left to chance.
        say: prints a line.
        case: name of the topology.
    """

    def __init__(
        self,
        track: Track,
        tenant: str,
        seed: int,
        say: Callable[[str], None],
        case: str = COUNT,
    ) -> None:
        self.track = track
        self.seed = seed
        self.say = say
        self.id = tenant
        self.tenant = track.tenant.model_copy(update={"id": tenant})
        self.case = case
        self.topology = topology_of(case)
        self.group = group_of(self.topology, self.tenant)
        (pipeline,) = self.topology.pipelines
        self.source = topic_name(tenant, pipeline.source)
        self.changelog = topic_name(tenant, pipeline.changelog or COUNTS)
        track.renew(tenant, refs_of(self.topology))
        self._children: list[Child] = []

    def load(self, per_second: int = 500, keys: int = 20_000) -> Load:
        """Records that keep coming while the block runs."""
        track = self.track
        return Load(track.bootstrap, self.id, track.serde, per_second, keys, self.seed)

    def worker(self, name: str, **variables: str) -> Child:
        """A worker, not started; nobody starts it again."""
        town, full = self.track.town, f"{self.id}-{name}"
        town.ports.setdefault(full, *free_ports(1))
        child = town.child(full, self.id, self.case, name)
        child.module = "tests.chaos.worker"
        child.environment = {**child.environment, **variables}
        self._children.append(child)
        return child

    def start(self, name: str, *, kept: bool = True, **variables: str) -> Child:
        """A worker that is ready; `kept`: it is started again when it ends."""
        child = self.worker(name, **variables)
        if kept:
            self.track.crew.start(child)
        else:
            child.start()
        self.until_ready(child)
        return child

    def end(self, child: Child) -> None:
        """Stop a worker for good."""
        if child in self.track.crew.children:
            self.track.crew.end(child)
        child.stop()

    def close(self) -> None:
        """Stop all workers."""
        for child in self._children:
            self.end(child)

    def fill(self, keys: int) -> None:
        """One record of each of so many people, written before anything else."""
        self.track.feed(self.id, REPORTS, everybody(self.id, keys))

    def state(self, child: Child) -> Path:
        """Where a worker keeps its local copies."""
        return self.track.folder / "state" / child.name / "streams"

    def keys_kept(self, child: Child) -> int:
        """Keys in all local copies of a worker that runs, as they are on disk."""
        total = 0
        for folder in self.state(child).glob(f"*/{self.id}/*"):
            reader = Rdict(str(folder), Options(raw_mode=True), access_type=_READ_ONLY)
            note = reader.get(b"\x00position")
            total += int(note.split()[2]) if note else 0
            reader.close()
        return total

    def url(self, child: Child) -> str:
        return self.track.town.url(child.name)

    def ready(self, child: Child) -> bool:
        return ready(self.url(child))

    def reason(self, child: Child) -> str:
        """What the worker says about its readiness; "" while it does not answer."""
        try:
            return httpx.get(f"{self.url(child)}/health/ready", trust_env=False).text
        except httpx.HTTPError:
            return ""

    def until(self, done: Callable[[], object], seconds: float, child: Child) -> float:
        """Wait; how long it took."""
        began = time.monotonic()
        while not done():
            assert time.monotonic() < began + seconds, child.tail(30)
            time.sleep(0.05)
        return time.monotonic() - began

    def until_ready(self, child: Child, seconds: float = 60) -> float:
        return self.until(lambda: self.ready(child), seconds, child)

    def positions(self) -> tuple[int, ...]:
        """Committed position of each partition; 0 where there is none."""
        found = asyncio.run(self._committed())
        return tuple(found.get((self.source, number), 0) for number in PARTITIONS)

    async def _committed(self) -> dict[tuple[str, int], int]:
        """Asks again where a broker has just come back."""
        async with GroupPositions(self.track.bootstrap, self.group) as positions:
            for _ in range(60):
                try:
                    return await positions.all()
                except RetriableError:
                    await asyncio.sleep(0.5)
            return await positions.all()

    def until_moving(self, seconds: float = 60) -> float:
        """Wait until every partition has got on; how long it took."""
        before, began = self.positions(), time.monotonic()
        while not all(a > b for a, b in zip(self.positions(), before, strict=True)):
            assert time.monotonic() < began + seconds, self._standing_still(before)
            time.sleep(0.1)
        return time.monotonic() - began

    def _standing_still(self, before: tuple[int, ...]) -> str:
        logs = (f"{child.name}: {child.tail(30)}" for child in self._children)
        return "\n".join((f"{before}, then {self.positions()}", *logs))

    def rest(self, seconds: float = 90) -> float:
        """Wait until all is read: only the last commit marker may be left."""
        began = time.monotonic()
        with closing(LogEnds(self.track.bootstrap, self.id, committed=True)) as ends:
            while True:
                stand, end = self.positions(), ends.of(self.source, len(PARTITIONS))
                if all(e - s <= 1 for s, e in zip(stand, end, strict=True)):
                    return time.monotonic() - began
                late = f"read {stand} of {end} after {seconds} s"
                assert time.monotonic() < began + seconds, late
                time.sleep(0.2)

    def count(self, ref: str) -> int:
        """Committed records of a topic."""

        async def counted() -> int:
            topic, total = topic_name(self.id, ref), 0
            async for _ in read_committed(self.track.bootstrap, topic):
                total += 1
            return total

        return asyncio.run(counted())

    def audit(self, fault: str, inputs: int = 1) -> Audit:
        """Recompute everything, print the verdict, and demand it."""
        track = self.track
        stages = stages_of(self.topology, track.serde, self.tenant, track.clock)
        auditor = Auditor(track.bootstrap, self.group, self.tenant, stages)
        audit = asyncio.run(auditor.run())
        self.say(f"{fault}: {audit.words()}")
        assert audit.clean, audit.words()
        assert audit.waiting == 0, audit.words()
        assert audit.inputs >= inputs, audit.words()
        return audit
