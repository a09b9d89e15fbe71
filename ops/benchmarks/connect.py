"""`ops/bench connect`: a legacy table or workbook to validated events on Kafka."""

from __future__ import annotations

import asyncio
import signal
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bus.contracts import topic_name
from bus.errors import FatalError
from bus.kafka.reader import read_committed
from bus.record import header
from ops.benchmarks import cdc, penduduk, rival, webhook_in, webhook_out
from ops.benchmarks.figure import Figure, middle
from ops.benchmarks.meter import Span, watch
from ops.benchmarks.site import Site
from ops.mariadb import LocalMariaDb
from ops.postgresql import LocalPostgreSql
from ops.showcase.metrics import sums

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import URL

    from ops.showcase.crew import Child

ROWS = 856_000
DIFF_PER_ROW = 1_000_000 / ROWS
EXCEL_PER_ROW = 100_000 / ROWS
LOOK_SECONDS = 0.2
CASES = (
    *("snapshot-mariadb", "snapshot-postgresql", "snapshot-resume"),
    *("snapshot-diff", "excel", "webhook-in", "webhook-out"),
    *("cdc-mariadb", "cdc-postgresql"),
)
LIVE = {
    "webhook-in": webhook_in.measured,
    "webhook-out": webhook_out.measured,
    "cdc-mariadb": cdc.mariadb,
    "cdc-postgresql": cdc.postgresql,
}
"""Cases that read no table."""
FILES = Path("ops/benchmarks/connectors")
TOPIC = "desa.warga.state.v1"


@dataclass(frozen=True, slots=True)
class Wish:
    """What to measure.

    Attributes:
        runs: how often; every run has a broker of its own.
        rows: of the table.
        cases: which ones.
    """

    runs: int
    rows: int
    cases: tuple[str, ...]


def run(wish: Wish, say: Callable[[str], None]) -> list[Figure]:
    """The wanted cases, interleaved; the median of each.

    Raises:
        FatalError: an unknown case, or a snapshot lost or repeated rows.
    """
    if unknown := sorted(set(wish.cases) - set(CASES)):
        raise FatalError(f"no case {', '.join(unknown)}; there are: {', '.join(CASES)}")
    found: dict[tuple[str, str], list[Figure]] = {}
    with ExitStack() as closing:
        folder = Path(
            closing.enter_context(tempfile.TemporaryDirectory(prefix="opdbus-bench-"))
        )
        apps = _apps(wish, folder, closing, say)
        for number in range(wish.runs):
            for case in (case for case in CASES if case in wish.cases):
                say(f"run {number + 1} of {wish.runs}: {case}")
                place = folder / f"{number}-{case}"
                with Site(place, apps) as site:
                    for figure in _measured(site, case, wish.rows):
                        found.setdefault((figure.case, figure.who), []).append(figure)
    return [middle(figures) for figures in found.values()]


def _apps(
    wish: Wish, folder: Path, closing: ExitStack, say: Callable[[str], None]
) -> dict[str, str]:
    """Start and fill what the cases read; the connectors' `${NAME}`."""
    folder.chmod(0o755)  # the database servers may run as other users
    found: dict[str, str] = {}
    if not set(wish.cases) - set(LIVE):
        return found
    table = folder / "penduduk.csv"
    if set(wish.cases) - {"excel", "snapshot-diff", *LIVE}:
        say(f"making {wish.rows} rows")
        penduduk.write_csv(table, wish.rows)
    if "snapshot-mariadb" in wish.cases:
        say("filling MariaDB")
        mariadb = closing.enter_context(LocalMariaDb(folder / "mariadb"))
        penduduk.load_mariadb(mariadb.login(), table, "penduduk")
        found["MARIADB_URL"] = _plain(mariadb.login("penduduk"), "mysql")
    if set(wish.cases) - {"snapshot-mariadb", "excel", *LIVE}:
        say("filling PostgreSQL")
        postgresql = closing.enter_context(LocalPostgreSql())
        found["POSTGRESQL_URL"] = _plain(postgresql.login(), "postgresql")
        if table.exists():
            penduduk.load_postgresql(postgresql.login(), table, "penduduk")
        if "snapshot-diff" in wish.cases:
            more = folder / "diff.csv"
            penduduk.write_csv(more, round(wish.rows * DIFF_PER_ROW))
            penduduk.load_postgresql(postgresql.login(), more, "penduduk_diff")
    if "excel" in wish.cases:
        say("writing a workbook")
        books = folder / "books"
        books.mkdir()
        count = round(wish.rows * EXCEL_PER_ROW)
        penduduk.write_workbook(books / "penduduk.xlsx", count)
        found["WORKBOOKS"] = str(books)
    return found


def _plain(url: URL, kind: str) -> str:
    """The URL without a driver, so that the product takes the best there is."""
    return url.set(drivername=kind).render_as_string(hide_password=False)


def _measured(site: Site, case: str, rows: int) -> Iterator[Figure]:
    if case in LIVE:
        yield from LIVE[case](site)
    elif case == "snapshot-resume":
        yield from _resumed(site, rows)
    elif case == "snapshot-diff":
        yield from _compared(site)
    else:
        name = case.removeprefix("snapshot-")
        child = _worker(site, name)
        try:
            yield _figure(case, _followed(site, child, name, whole=name == "excel"))
        finally:
            child.stop()
        if case != "excel":
            yield rival.measured(site, case, site.variables[f"{name.upper()}_URL"])


def _worker(site: Site, name: str) -> Child:
    child = site.town.child("sources", "connect", "run", str(FILES / f"{name}.yaml"))
    child.start()
    return child


def _done(site: Site, name: str) -> int:
    return sums(site.town.url("sources"), "opdbus_rows_total", "connector")[
        f"penduduk-{name}"
    ]


def _followed(
    site: Site, child: Child, name: str, before: int = 0, *, whole: bool = False
) -> Span:
    """What the worker does until it rests, beyond the rows read `before`."""
    if child.process is None:
        raise FatalError(f"{child.name} is not running")

    def rows() -> int:
        if not child.running:
            raise FatalError(f"the worker ended early:\n{child.tail()}")
        return _done(site, name) - before

    return watch(
        child.process.pid,
        rows,
        site.clock,
        site.stop,
        every_seconds=LOOK_SECONDS,
        whole=whole,
    )


def _resumed(site: Site, rows: int) -> Iterator[Figure]:
    """Killed half way and started again; then every event is counted."""
    child = _worker(site, "resume")
    begun = site.clock.monotonic()
    while _done(site, "resume") < rows // 2:
        if not child.running or site.stop.wait(LOOK_SECONDS):
            raise FatalError(f"the worker ended early:\n{child.tail()}")
    child.signal(signal.SIGKILL)
    child.stop()
    child = _worker(site, "resume")
    try:
        span = _followed(site, child, "resume")
        seconds = site.clock.monotonic() - begun - span.idle_seconds
    finally:
        child.stop()
    ids = asyncio.run(_ids(site, "penduduk_resume"))
    repeated, expected = len(ids) - len(set(ids)), rows - rows // penduduk.BROKEN_EACH
    if repeated or len(ids) != expected:
        raise FatalError(
            f"snapshot-resume: {len(ids)} events, {repeated} repeated; "
            f"expected {expected} and 0"
        )
    yield Figure(
        "connect",
        "snapshot-resume",
        "ours",
        rows,
        per_second=rows / seconds,
        cpu_us_each=span.cpu_us_each,
        peak_rss_mb=span.peak_mb,
    )
    yield Figure("connect", "snapshot-resume-repeated", "ours", repeated)


async def _ids(site: Site, table: str) -> list[str]:
    """Ids of all committed events of a table, as a reader of committed data sees."""
    topic = topic_name(site.parts.tenant.id, TOPIC)
    return [
        header(record.headers, "ce_id") or ""
        async for record in read_committed(site.town.bootstrap, topic)
        if (header(record.headers, "ce_source") or "").endswith(f"/{table}")
    ]


def _compared(site: Site) -> Iterator[Figure]:
    """Every row for the first time, and all of them once more, unchanged."""
    child = _worker(site, "diff")
    try:
        first = _followed(site, child, "diff")
        yield _figure("snapshot-diff-first", first)
        before = _done(site, "diff")
        yield _figure("snapshot-diff", _followed(site, child, "diff", before))
    finally:
        child.stop()


def _figure(case: str, span: Span) -> Figure:
    return Figure(
        "connect",
        case,
        "ours",
        span.items,
        per_second=span.per_second,
        cpu_us_each=span.cpu_us_each,
        peak_rss_mb=span.peak_mb,
    )
