"""Captured changes on Kafka, through kill -9 of the worker: none lost, none twice."""

import random
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bus.record import header
from tests.conformance.workshop import PEOPLE, nik
from tests.integration.connect.plant import Plant, ids, kill
from tests.integration.connect.test_desk import desk
from tests.integration.sources.capture_app import FILE, App, disturb

pytestmark = [pytest.mark.kafka, pytest.mark.database, pytest.mark.timeout(240)]


@pytest.fixture(params=["mariadb_url", "postgresql_url"])
def app(request: pytest.FixtureRequest) -> Iterator[App]:
    text = "longtext" if "mariadb" in request.param else "text"
    found = App(request.getfixturevalue(request.param), text)
    yield found
    found.close()


@pytest.fixture
def running(broker: str, app: App, tmp_path: Path, tenant_id: str) -> Iterator[Plant]:
    """A plant that is stopped before the app: its slot is free then."""
    found = Plant(broker, tmp_path, tenant_id)
    found.gateway()
    yield found
    found.close()


def connector(app: App, plant: Plant, name: str = "uji") -> Path:
    """Its file."""
    file = plant.folder / f"{name}.yaml"
    url = app.url.set(drivername=app.url.get_backend_name())
    words: dict[str, Any] = {"url": url.render_as_string(hide_password=False)}
    text = FILE.format(chunk=7, name=name, slot=app.name, mode="cdc", **words)
    file.write_text(text + PEOPLE, encoding="utf-8")
    return file


def test_kill_9_loses_and_repeats_nothing(app: App, running: Plant) -> None:
    dice = random.Random(5)
    app.put(*range(1, 40))
    file = connector(app, running)
    pause = threading.Event()
    child = running.worker(file)
    running.wait(lambda: running.rows() > 0, child=child)
    for _ in range(12):
        disturb(app, dice)
        pause.wait(dice.uniform(0, 0.05))
    kill(child)
    disturb(app, dice)
    running.worker(file)
    running.wait(lambda: told(running) == app.rows())
    found = running.records()
    assert len(ids(found)) == len(set(ids(found)))


def told(plant: Plant) -> dict[int, str]:
    """id → status, as a reader of committed events knows it."""
    rows: dict[int, str] = {}
    for record in plant.records():
        _, value = plant.serde.decode(record.value or b"")
        number = int(value["sumber_ref"].rpartition("|")[2])
        if header(record.headers, "ce_operation") == "DIBATALKAN":
            rows.pop(number, None)
        else:
            rows[number] = {"HIDUP": "1", "MATI": "2"}[value["status_dasar"]]
    return rows


def test_what_is_kept_for_a_paused_source_is_seen(app: App, running: Plant) -> None:
    """The server's disk fills while nobody reads, so somebody has to look."""
    app.put(*range(1, 5))
    file = connector(app, running)
    child = running.worker(file)
    running.wait(lambda: running.rows() > 0, child=child)
    running.wait(lambda: told(running) == app.rows(), child=child)
    assert desk(running, "pause", "uji")[0] == 0
    running.wait(lambda: running.parts() == set(), child=child)
    text = "x" * 50
    for number in range(100, 2100, 100):
        app.put(*range(number, number + 100), nama=text)
    running.wait(lambda: running.metric("change_log_behind_bytes") > 200_000)
    assert desk(running, "resume", "uji")[0] == 0
    running.wait(lambda: told(running) == app.rows(), child=child)


def test_a_change_too_large_and_a_table_that_is_not_there(
    app: App, running: Plant
) -> None:
    """Each is told and counted, stops nobody else, and nothing of a person leaks."""
    app.put(1)
    file, lost = connector(app, running), connector(app, running, "hilang")
    text = lost.read_text(encoding="utf-8").replace("table: warga", "table: tiada")
    lost.write_text(text, encoding="utf-8")
    child = running.worker(file, lost)
    running.wait(lambda: running.rows() > 0, child=child)
    app.put(2, nama=nik(2) * 600_000)
    app.put(3)
    running.wait(lambda: running.rows() >= 3, child=child)
    running.wait(lambda: running.metric("stops_total") == 1, child=child)
    assert set(told(running)) == {1, 3}
    (letter,) = [
        running.serde.decode(record.value or b"")[1]
        for record in running.records("platform.deadletter.dlq.v1")
    ]
    assert letter["code"] == "TERLALU_BESAR"
    assert len(letter["payload"]) < 1_000_000
    seen = running.metrics()
    assert 'opdbus_rejects_total{component="uji",reason="TERLALU_BESAR"} 1.0' in seen
    assert 'opdbus_stops_total{component="hilang",reason="ConfigError"} 1.0' in seen
    assert "tiada" in running.ready()[1]
    assert nik(2)[:12] not in seen + running.log() + running.ready()[1]
