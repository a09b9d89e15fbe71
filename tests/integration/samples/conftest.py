"""Real legacy files, and connectors run over them against a real broker."""

import asyncio
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url

from bus.clock import SystemClock
from bus.config.settings import Settings
from bus.config.tenant import SantunanRule, Tenant
from bus.connect.files.connector import load_connector
from bus.connect.mapping.rule_book import RuleBook
from bus.connect.reading.task import Collecting, SourceTask
from bus.connect.reading.worker import once_ready, topics_of
from bus.contracts import Catalog, topic_name
from bus.contracts.reference import Reference
from bus.health import Health
from bus.kafka.reader import read_committed
from bus.privacy.subject import SubjectIds
from bus.serde import Serde
from bus.testing.registry import MemoryRegistry
from connectors import csv, excel, sql

SPECS = {spec.kind: spec for spec in (csv.SPEC, excel.SPEC, sql.SPEC)}
DATABASE = "opensid_contoh_2020"
WIDE = b"ROW_FORMAT=DYNAMIC "


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of OPDBUS_SAMPLES; these files are never in the repository."""
    given = os.environ.get("OPDBUS_SAMPLES")
    if not given:
        pytest.skip("OPDBUS_SAMPLES does not name a folder with real legacy files")
    folder = Path(given)
    if not folder.is_dir():
        pytest.fail(f"OPDBUS_SAMPLES={given}: no such folder")
    return folder


@pytest.fixture(scope="session")
def opensid_url(samples: Path, mariadb_url: str) -> str:
    """OpenSID's demonstration village of March 2020, loaded by MariaDB's own client."""
    url = make_url(mariadb_url)
    admin = create_engine(url.set(database=None))
    with admin.begin() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {DATABASE}"))
        connection.execute(text(f"CREATE DATABASE {DATABASE} CHARACTER SET utf8"))
    admin.dispose()
    load(samples / "opensid_contoh_awal_2020.sql", url.set(database=DATABASE))
    return url.set(database=DATABASE).render_as_string(hide_password=False)


def load(path: Path, url: URL) -> None:
    """A dump into a database that exists, by MariaDB's own client.

    Its keys are wider than MySQL 5.6 allows in the row format it takes by itself.
    """
    dump = path.read_bytes().replace(b"ENGINE=InnoDB ", b"ENGINE=InnoDB " + WIDE)
    subprocess.run(
        [
            "mariadb",
            "--no-defaults",
            f"--host={url.host}",
            f"--port={url.port}",
            f"--user={url.username}",
            "--default-character-set=utf8",
            # The dump has zero dates and long values, as its MySQL 5 allowed.
            "--init-command=SET SESSION sql_mode='', foreign_key_checks=0",
            str(url.database),
        ],
        input=dump,
        env={**os.environ, "MYSQL_PWD": url.password or ""},
        check=True,
    )


@dataclass
class Result:
    """What a connector wrote."""

    state: str
    message: str | None
    rows: int
    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    letters: dict[str, dict[str, Any]] = field(default_factory=dict)
    keys: list[bytes] = field(default_factory=list)


Collect = Callable[[Path], Result]


@pytest.fixture
def collect(broker: str, tenant_id: str, tmp_path: Path) -> Collect:
    """Runs one connector file until its source has nothing more."""
    catalog = Catalog.load()
    serde = Serde(catalog, MemoryRegistry())
    rule = SantunanRule(versi="uji.1")
    tenant = Tenant(id=tenant_id, kode="33.25", nama="Uji", santunan=rule, partisi=2)
    settings = Settings(bootstrap=broker, state_dir=tmp_path)
    villages = {row.kode: row.nama for row in Reference.load().regions("k3325")}
    rules = RuleBook(
        SubjectIds(b"0123456789abcdef0123456789abcdef"),
        {"zona": tenant.zona_waktu, "daftar": villages},
    )

    async def run(path: Path) -> Result:
        connector = load_connector(path, SPECS, catalog, rules)
        refs = topics_of([connector], catalog)
        shared = Collecting(
            settings=settings,
            tenant=tenant,
            catalog=catalog,
            serde=serde,
            clock=SystemClock(),
            health=Health("uji"),
            worker="uji",
            topics_ready=once_ready(settings, catalog, tenant, refs),
        )
        task = SourceTask(connector, shared, once=True)
        await task.run()
        result = Result(task.state, task.message, task.rows)
        for ref in refs:
            await read(ref, result)
        return result

    async def read(ref: str, result: Result) -> None:
        async for record in read_committed(broker, topic_name(tenant_id, ref)):
            name, value = serde.decode(record.value or b"")
            result.keys.append(record.key or b"")
            if name == "DeadLetter":
                assert value["sumber_ref"] not in result.letters
                result.letters[value["sumber_ref"]] = value
            elif not ref.startswith("platform."):
                assert value["sumber_ref"] not in result.events
                result.events[value["sumber_ref"]] = value

    return lambda path: asyncio.run(run(path))
