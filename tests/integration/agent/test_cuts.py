"""A line cut at random bytes, both ends begun anew in between.

`OPDBUS_TEST_CUTS=1000` is the long run, `OPDBUS_TEST_SEED` another one.

Kafka is left out here (`test_line` has it): what is committed is a position and rows.
"""

import asyncio
import os
import random
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from prometheus_client import REGISTRY

from bus import metrics
from bus.agent.frame import Seal
from bus.agent.line import Line
from bus.agent.reader import Reader
from bus.agent.spool import Spool
from bus.agent.worker import Agent
from bus.connect.source import Reading
from bus.errors import RetriableError
from bus.gateway.collect.app import PREFIX, Counter, collect_app
from bus.gateway.collect.feed import Feed
from bus.gateway.serving import HttpServer
from bus.health import Health
from bus.testing.clock import ManualClock
from tests.conformance.legacies import SqliteLegacy
from tests.conformance.workshop import connector_from, person
from tests.integration.agent.cutter import CuttingProxy

CUTS = int(os.environ.get("OPDBUS_TEST_CUTS", "40"))
SEED = int(os.environ.get("OPDBUS_TEST_SEED", "11"))
HEARD = "opdbus_agent_heard_timestamp_seconds"
SEAL = Seal("x" * 32, "uji")


class Office:
    """The other end: a task that commits frame after frame."""

    def __init__(self) -> None:
        self.position: str | None = None
        self.rows: dict[int, str] = {}
        self.numbers: list[str] = []
        self.feeds: dict[str, Feed] = {}
        self.begin()
        bound = socket.create_server(("127.0.0.1", 0))
        self.port = bound.getsockname()[1]
        app = collect_app(Counter({"uji": SEAL}, self.feeds, ManualClock()))
        config = uvicorn.Config(app, log_config=None, lifespan="off", ws="none")
        self._server = HttpServer(config)
        serve = self._server.serve(sockets=[bound])
        self._thread = threading.Thread(target=asyncio.run, args=(serve,))
        self._thread.start()

    def begin(self) -> None:
        """As after a crash: what was not committed is forgotten."""
        self.feed = Feed(("id",), Reading(remembers_all=True), lambda: self.position)
        self.feed.close()  # so that a poll waits for nothing
        self.feed._closed = False
        self.feed._changed.wait_for = lambda has, _=0: has()  # type: ignore[method-assign]
        self.feed.poll(self.position)
        self.feeds["uji"] = self.feed

    def commit(self) -> None:
        """What waits."""
        while (batch := self.feed.poll(self.position)).cursor != self.position:
            if not batch.rows:
                break
            at, status = batch.columns.index("id"), batch.columns.index("status")
            for row, gone in zip(batch.rows, batch.deleted or (), strict=True):
                if gone:
                    self.rows.pop(row[at], None)
                else:
                    self.rows[row[at]] = row[status]
            self.position = batch.cursor
            self.numbers.append(batch.cursor)

    def close(self) -> None:
        self._server.leave()
        self._thread.join(20)


@pytest.fixture
def office() -> Iterator[Office]:
    made = Office()
    yield made
    made.close()


class Village:
    """The app and its agent; both live on through any number of beginnings."""

    def __init__(self, folder: Path, url: str, chance: random.Random) -> None:
        self._app = SqliteLegacy(folder, 50)
        self._connector = connector_from(folder, self._app.connector())
        self._path, self._url, self._chance = folder / "spool.db", url, chance
        self.people: dict[int, str] = {}
        self.begin()

    def begin(self) -> None:
        self.spool = Spool(self._path, "uji")
        self._reader = Reader(self._connector, self.spool, SEAL, ManualClock(), 5)
        self.line = Line(self._url, self.spool, SEAL, ManualClock())

    def end(self) -> None:
        for part in (self.line, self._reader, self.spool):
            part.close()

    def live(self) -> None:
        """People come, change and go, and the agent sees it."""
        for number in self._chance.choices(range(200), k=20):
            self.people[number] = self._chance.choice("12")
        self.people.pop(self._chance.choice(sorted(self.people)))
        self._app.holds([person(n, status=s) for n, s in self.people.items()])
        while self._reader.step() == 0:
            pass


@pytest.mark.timeout(600)
def test_cuts_at_random_bytes(office: Office, tmp_path: Path) -> None:
    chance = random.Random(SEED)
    proxy = CuttingProxy(office.port, chance, CUTS, 3000)
    url = f"http://127.0.0.1:{proxy.port}{PREFIX}/uji"
    village, broken = Village(tmp_path, url, chance), 0
    while proxy.left or village.spool.waiting:
        if proxy.left and village.spool.waiting < 30:
            village.live()
        try:
            village.line.step()
        except RetriableError:
            broken += 1
            if not broken % 40:
                office.begin()
            if not broken % 50:
                village.end()
                village.begin()
        office.commit()
    village.end()
    proxy.close()
    print(f"{CUTS} cuts, {len(office.numbers)} frames, {broken} broken requests")
    assert office.rows == village.people
    assert len(office.numbers) == len(set(office.numbers))


def test_a_quiet_village_says_that_it_is_there(office: Office, tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{office.port}{PREFIX}/uji"
    village = Village(tmp_path, url, random.Random(SEED))
    village.live()
    clock, health = ManualClock(), Health("agent")
    work = (village._reader, village.line, village.spool)
    agent = Agent(work, 10**9, clock, health)
    while village.spool.waiting:
        agent.step()
        office.commit()
        clock.advance(1)
    metrics.AGENT_HEARD.labels("uji").set(0)
    heard = []
    for _ in range(25):
        clock.advance(60)
        agent.step()
        heard.append(REGISTRY.get_sample_value(HEARD, {"connector": "uji"}) or 0)
    assert heard[5] == 0  # not at each step
    assert heard[11] > 0
    village.end()
