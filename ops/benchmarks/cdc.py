"""`ops/bench connect --only cdc-…`: a change in a database until Kafka tells it."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import TYPE_CHECKING

from sqlalchemy import create_engine

from bus.contracts import topic_name
from bus.errors import FatalError
from bus.kafka.follower import Follower
from bus.record import header
from ops.benchmarks import penduduk
from ops.benchmarks.figure import Figure
from ops.benchmarks.meter import cpu_seconds, watch
from ops.mariadb import CHANGE_LOG as BINARY_LOG
from ops.mariadb import LocalMariaDb
from ops.postgresql import CHANGE_LOG, LocalPostgreSql
from ops.showcase.metrics import peak_memory_mb, sums

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL

    from ops.benchmarks.site import Site
    from ops.showcase.crew import Child

FILES = Path("ops/benchmarks/connectors")
TOPIC = "desa.warga.state.v1"
ROWS = 20_000
PER_SECOND, WARM_SECONDS, SECONDS = 200, 3, 30
BACKLOG, TOGETHER = 100_000, 100
WAIT_SECONDS = 60.0
LOOK_SECONDS = 0.2
CHANGE = "UPDATE penduduk SET alamat = 'JL. {} NO. {}' WHERE id = {}"


def mariadb(site: Site) -> Iterator[Figure]:
    """Changes from a binary log."""
    with LocalMariaDb(site.folder / "mariadb", options=BINARY_LOG) as server:
        table = _table(site)
        penduduk.load_mariadb(server.login(), table, "penduduk")
        yield from _measured(site, "mariadb", server.login("penduduk"))


def postgresql(site: Site) -> Iterator[Figure]:
    """Changes by logical replication; commits reach the disk's cache."""
    with LocalPostgreSql(options=CHANGE_LOG) as server:
        table = _table(site)
        penduduk.load_postgresql(server.login(), table, "penduduk")
        engine = create_engine(server.login())
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE PUBLICATION opdbus FOR TABLE penduduk")
        engine.dispose()
        yield from _measured(site, "postgresql", server.login())


def _table(site: Site) -> Path:
    site.folder.chmod(0o755)  # the server may run as another user
    table = site.folder / "penduduk.csv"
    penduduk.write_csv(table, ROWS)
    return table


@dataclass(frozen=True, slots=True)
class _Paced:
    """A worker under steady changes.

    Attributes:
        delays: seconds from before a commit until its event was read.
        cpu_seconds: of the worker in that time.
    """

    delays: list[float]
    cpu_seconds: float


def _measured(site: Site, name: str, login: URL) -> Iterator[Figure]:
    case = f"cdc-{name}"
    kind = "mysql" if name == "mariadb" else name
    url = login.set(drivername=kind).render_as_string(hide_password=False)
    site.variables["CDC_URL"] = url
    with _worker(site, name) as child:
        _await_rows(site, child, name)
        pid = _pid(child)
        paced = asyncio.run(_paced(site, pid, login))
        cuts = quantiles(paced.delays, n=100)
        yield Figure(
            "connect",
            case,
            "ours",
            len(paced.delays),
            per_second=PER_SECOND,
            cpu_us_each=paced.cpu_seconds / len(paced.delays) * 1e6,
            peak_rss_mb=peak_memory_mb(pid),
            p50_ms=cuts[49] * 1000,
            p99_ms=cuts[98] * 1000,
        )
    _write_backlog(login)
    with _worker(site, name) as child:
        span = watch(
            _pid(child),
            lambda: _done(site, name, child),
            site.clock,
            site.stop,
            every_seconds=LOOK_SECONDS,
        )
        yield Figure(
            "connect",
            f"{case}-catch-up",
            "ours",
            span.items,
            per_second=span.per_second,
            cpu_us_each=span.cpu_us_each,
            peak_rss_mb=span.peak_mb,
        )


@contextmanager
def _worker(site: Site, name: str) -> Iterator[Child]:
    file = str(FILES / f"cdc-{name}.yaml")
    child = site.town.child("sources", "connect", "run", file)
    child.start()
    try:
        yield child
    finally:
        child.stop()


def _pid(child: Child) -> int:
    if child.process is None:
        raise FatalError(f"{child.name} is not running:\n{child.tail()}")
    return child.process.pid


def _done(site: Site, name: str, child: Child) -> int:
    if not child.running:
        raise FatalError(f"the worker ended early:\n{child.tail()}")
    counted = sums(site.town.url("sources"), "opdbus_rows_total", "connector")
    return counted[f"penduduk-cdc-{name}"]


def _await_rows(site: Site, child: Child, name: str) -> None:
    until = site.clock.monotonic() + WAIT_SECONDS
    while _done(site, name, child) < ROWS:
        if site.clock.monotonic() > until:
            raise FatalError(f"the table was not read:\n{child.tail()}")
        site.stop.wait(0.2)


async def _paced(site: Site, pid: int, login: URL) -> _Paced:
    """Change rows one by one at a steady pace and read their events beside it."""
    topic = topic_name(site.parts.tenant.id, TOPIC)
    follower = Follower(site.town.bootstrap, topic)
    await follower.start()
    sent: dict[int, float] = {}
    delays: dict[int, float] = {}
    first = PER_SECOND * WARM_SECONDS
    count = first + PER_SECOND * SECONDS
    spent = [0.0, 0.0]
    writer = threading.Thread(
        target=_change_rows, args=(site, login, sent, spent, (pid, first, count))
    )
    writer.start()
    try:
        while len(delays) < count - 1 or writer.is_alive():
            found = await follower.read(WAIT_SECONDS)
            now = site.clock.monotonic()
            for record in found:
                number = int((record.key or b"").rpartition(b"|")[2])
                if (header(record.headers, "ce_operation") or "") != "DIBUAT":
                    delays.setdefault(number, now - sent[number])
            if not found:
                raise FatalError(f"{count} changes, {len(delays)} events")
            if len(delays) >= len(sent) and not writer.is_alive():
                break
    finally:
        writer.join()
        await follower.stop()
    kept = [delay for number, delay in delays.items() if number > first]
    return _Paced(kept, spent[1] - spent[0])


def _change_rows(
    site: Site,
    login: URL,
    sent: dict[int, float],
    spent: list[float],
    plan: tuple[int, int, int],
) -> None:
    pid, first, count = plan
    engine = create_engine(login, isolation_level="AUTOCOMMIT")
    begun, number = site.clock.monotonic(), 0
    with engine.connect() as connection:
        for step in range(1, count + 1):
            number += 1
            if number % penduduk.BROKEN_EACH == 0:  # a rejected row makes no event
                number += 1
            if step == first:
                spent[0] = cpu_seconds(pid)
            ahead = begun + step / PER_SECOND - site.clock.monotonic()
            if ahead > 0:
                site.stop.wait(ahead)
            sent[number] = site.clock.monotonic()
            connection.exec_driver_sql(CHANGE.format("PELAN", step, number))
    spent[1] = cpu_seconds(pid)
    engine.dispose()


def _write_backlog(login: URL) -> None:
    """Changes while nobody reads, many in a transaction."""
    engine = create_engine(login)
    with engine.connect() as connection:
        for start in range(0, BACKLOG, TOGETHER):
            for step in range(start, start + TOGETHER):
                number = step % ROWS + 1
                connection.exec_driver_sql(CHANGE.format("CEPAT", step, number))
            connection.commit()
    engine.dispose()
