"""The demo's steps, from an empty folder to the summary."""

from __future__ import annotations

import asyncio
import json
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn
from rich.progress import TimeElapsedColumn as Elapsed

from bus.clock import SystemClock
from bus.errors import FatalError
from bus.kafka.topics import ensure_topics
from ops.cli.trace import table_of
from ops.journey import hops
from ops.kafka.container import broker_here
from ops.runtime import base
from ops.showcase.complaints import print_complaints
from ops.showcase.crew import Crew
from ops.showcase.differences import print_differences
from ops.showcase.findings import look
from ops.showcase.inbox import delays
from ops.showcase.metrics import peak_memory_mb, ready, sums
from ops.showcase.quiet import wait_until_quiet
from ops.showcase.report import (
    example,
    print_claims,
    print_latency,
    print_rows,
    print_topics,
)
from ops.showcase.stores import Stores
from ops.showcase.town import EXAMPLE, Town

if TYPE_CHECKING:
    import threading

    from rich.console import Console

    from ops.runtime import Base

READY_SECONDS = 180.0
QUIET_SECONDS = 3.0
"""Longer than flow F4 waits for a change to settle before it judges."""
NOTE = "demo.json"


@dataclass(frozen=True, slots=True)
class Choice:
    """What the person asked for."""

    residents: int
    seed: int
    keep: bool
    mysql: str | None
    live_seconds: float
    rate: float


class Showcase:
    """One run of the demo.

    Args:
        folder: its own folder; what an earlier run left is replaced.
        choice: what was asked for.
        console: where people read.
        stop: set when it must end.
    """

    def __init__(
        self, folder: Path, choice: Choice, console: Console, stop: threading.Event
    ) -> None:
        self._folder = folder
        self._choice = choice
        self._console = console
        self._stop = stop
        self._clock = SystemClock()
        self._crew = Crew()
        self._began = self._clock.monotonic()

    def run(self) -> None:
        """All steps; whatever happens, the children are stopped.

        Raises:
            OpdBusError: a step failed; its message says which and why.
        """
        with ExitStack() as closing:
            self._steps(closing)

    def _steps(self, closing: ExitStack) -> None:
        stores = Stores(self._folder, self._choice.mysql)
        stores.clean()
        closing.callback((self._folder / NOTE).unlink, missing_ok=True)
        closing.callback(stores.close)
        self._say("starting Kafka")
        broker = broker_here(self._folder / "kafka")
        closing.enter_context(broker)
        closing.callback(self._crew.stop)
        town = Town(self._folder, broker.bootstrap, stores.environment())
        self._start_bus(town)
        parts = base(town.settings)
        closing.callback(parts.close)
        refs = [contract.ref for contract in parts.catalog.contracts]
        ensure_topics(parts.settings, parts.catalog, parts.tenant, refs)
        self._say(f"making {self._choice.residents:,} residents and their apps")
        rows = stores.fill(self._choice.residents, self._choice.seed, self._console)
        self._say(f"the apps hold {rows:,} rows; connecting them")
        loading = self._clock.monotonic()
        self._start_workers(town)
        total = self._drain(town, parts, "first load")
        took = self._clock.monotonic() - loading
        self._say(
            f"first load done: {total:,} records in all topics after {took:.0f} s"
        )
        live_since = self._clock.now_ms()
        self._live(town, stores)
        self._drain(town, parts, "the day's changes")
        self._summary(town, parts, stores, live_since)
        if self._choice.keep:
            self._keep(town)

    def _start_bus(self, town: Town) -> None:
        self._say("starting the gateway with the schema registry")
        self._crew.start(town.child("gateway", "gateway", "run"))
        self._wait_ready(town, "gateway")

    def _start_workers(self, town: Town) -> None:
        start = self._crew.start
        start(town.child("streams", "pipeline", "run", "santunan", "--worker", "demo"))
        start(town.child("selisih", "pipeline", "run", "selisih", "--worker", "demo"))
        start(town.child("aduan", "pipeline", "run", "aduan", "--worker", "demo"))
        sinks = sorted(str(p) for p in _yaml(f"{EXAMPLE}/sinks"))
        start(town.child("sinks", "connect", "run", *sinks))
        sources = sorted(str(p) for p in _yaml(f"{EXAMPLE}/connectors"))
        start(town.child("sources", "connect", "run", *sources))
        for name in ("streams", "selisih", "aduan", "sinks", "sources"):
            self._wait_ready(town, name)

    def _wait_ready(self, town: Town, name: str) -> None:
        until = self._clock.monotonic() + READY_SECONDS
        while not ready(town.url(name)):
            self._crew.check()
            if self._clock.monotonic() > until:
                tail = next(c.tail() for c in self._crew.children if c.name == name)
                raise FatalError(
                    f"{name} is not ready after {READY_SECONDS:.0f} s; its log ends:\n"
                    f"{tail}"
                )
            self._stop.wait(0.2)

    def _drain(self, town: Town, parts: Base, what: str) -> int:
        """Show progress until nothing moves any more; the records in all topics."""
        columns = (SpinnerColumn(), TextColumn("{task.description}"), Elapsed())
        with Progress(*columns, console=self._console, transient=True) as bar:
            task, seen = bar.add_task(what), 0

            def look_at(total: int) -> None:
                nonlocal seen
                seen = total
                self._crew.check()
                read = sums(town.url("sources"), "opdbus_rows_total", "connector")
                words = (
                    f"{what}: {read.total():,} rows read, {total:,} records on the bus"
                )
                bar.update(task, description=words)

            done = wait_until_quiet(
                parts.settings.bootstrap,
                parts.tenant.id,
                self._clock,
                self._stop,
                look=look_at,
                quiet_seconds=QUIET_SECONDS,
            )
        if not done:
            raise FatalError(f"{what}: the bus did not come to rest within 10 minutes")
        return seen

    def _live(self, town: Town, stores: Stores) -> None:
        choice = self._choice
        if not choice.live_seconds:
            return
        self._say(f"the apps live on: {choice.rate:g} changes a second")
        child = town.child("life", "simulate", "live", *stores.live_arguments(choice))
        child.start()
        columns = (TextColumn("a day in the life"), BarColumn(), Elapsed())
        try:
            with Progress(*columns, console=self._console, transient=True) as bar:
                task = bar.add_task("", total=choice.live_seconds)
                while child.running:
                    self._crew.check()
                    self._stop.wait(0.2)
                    bar.advance(task, 0.2)
        finally:
            child.stop()
        if child.exit_code:
            raise FatalError(f"the simulated day failed:\n{child.tail()}")

    def _summary(self, town: Town, parts: Base, stores: Stores, since_ms: int) -> None:
        found = asyncio.run(look(parts))
        rows = sums(town.url("sources"), "opdbus_rows_total", "connector")
        made = sums(town.url("sources"), "opdbus_events_total", "component")
        waited = delays(stores.apps, stores.esakti_url, parts.tenant.zona_waktu)
        console = self._console
        console.rule("What happened")
        print_rows(console, rows, made, found)
        print_topics(console, found)
        print_claims(console, found)
        print_differences(console, found.differences)
        print_complaints(console, found.complaints)
        live = {k for k, ms in found.first_seen.items() if ms >= since_ms}
        if case := example(found, live):
            console.print(f"One death, followed through every hop (subjek_id {case}):")
            console.print(table_of(asyncio.run(hops(parts, case))))
        print_latency(console, waited)
        for child in self._crew.children:
            if child.process and (peak := peak_memory_mb(child.process.pid)):
                restarts = f", {child.restarts} restarts" if child.restarts else ""
                console.print(f"{child.name}: {peak:.0f} MB at most{restarts}")
        took = self._clock.monotonic() - self._began
        console.print(f"Done in {took:.0f} s. Logs: {self._folder / 'logs'}")

    def _note(self, town: Town) -> None:
        """Where everything is, for scripts: `demo.json`; gone with the demo."""
        children = {
            child.name: child.process.pid
            for child in self._crew.children
            if child.process is not None
        }
        note = {
            "bootstrap": town.bootstrap,
            "urls": {name: town.url(name) for name in town.ports},
            "processes": children,
            "settings": town.environment("demo"),
        }
        path = self._folder / NOTE
        path.write_text(json.dumps(note, indent=2) + "\n", encoding="utf-8")

    def _keep(self, town: Town) -> None:
        self._note(town)
        self._console.rule("Everything keeps running")
        for name in town.ports:
            self._console.print(f"{name}: {town.url(name)}/metrics /health/ready")
        self._console.print(f"Kafka: {town.bootstrap}")
        self._console.print("Ctrl-C stops everything.")
        while not self._stop.wait(1.0):
            self._crew.check()

    def _say(self, words: str) -> None:
        took = self._clock.monotonic() - self._began
        self._console.print(f"[{took:5.1f} s] {words}", highlight=False, markup=False)


def _yaml(folder: str) -> list[Path]:
    return list(Path(folder).glob("*.yaml"))
