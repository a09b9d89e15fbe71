"""Captured changes on Kafka, through kill -9 of the worker: none lost, none twice."""

import random
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bus.record import header
from tests.conformance.workshop import PEOPLE
from tests.integration.connect.plant import Plant, ids, kill
from tests.integration.sources.capture_app import FILE, App, disturb

pytestmark = [pytest.mark.kafka, pytest.mark.database, pytest.mark.timeout(240)]


@pytest.fixture(params=["mariadb_url", "postgresql_url"])
def app(request: pytest.FixtureRequest) -> Iterator[App]:
    found = App(request.getfixturevalue(request.param))
    yield found
    found.close()


@pytest.fixture
def running(broker: str, app: App, tmp_path: Path, tenant_id: str) -> Iterator[Plant]:
    """A plant that is stopped before the app: its slot is free then."""
    found = Plant(broker, tmp_path, tenant_id)
    found.gateway()
    yield found
    found.close()


def test_kill_9_loses_and_repeats_nothing(app: App, running: Plant) -> None:
    dice = random.Random(5)
    app.put(*range(1, 40))
    file = running.folder / "uji.yaml"
    url = app.url.set(drivername=app.url.get_backend_name())
    words: dict[str, Any] = {"url": url.render_as_string(hide_password=False)}
    text = FILE.format(chunk=7, name="uji", slot=app.name, mode="cdc", **words)
    file.write_text(text + PEOPLE, encoding="utf-8")
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
