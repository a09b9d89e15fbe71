"""The broker is down at the start, or goes in the middle."""

import socket
import time
from pathlib import Path

import pytest

from ops.kafka.broker import LocalBroker
from tests.integration.connect.plant import Plant, ids

SINK = """
connector: uji-sink
kind: csv-worklist
app: desa
topics: [tata.mutu.fact.v1]
sink: {{folder: {folder}/keluar}}
mapping: {{MutuDataDitemukan: {{isi: {{pesan: pesan}}}}}}
"""

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]


def test_down_at_start_and_killed_in_the_middle(
    own_broker: LocalBroker, tmp_path: Path, tenant_id: str
) -> None:
    plant = Plant(own_broker.bootstrap, tmp_path, tenant_id)
    try:
        plant.gateway()
        plant.app.fill(0, 100)
        own_broker.stop()
        child = plant.worker(plant.connector())
        plant.wait(lambda: plant.ready()[0] == 503, child=child)
        own_broker.start()
        plant.wait(lambda: plant.count() == 100, child=child)
        own_broker.restart(hard=True)
        plant.app.fill(100, 200)
        plant.wait(lambda: plant.count() == 200, child=child)
        plant.wait(lambda: plant.ready()[0] == 200, child=child)
        assert len(set(ids(plant.records()))) == 200
    finally:
        plant.close()


def test_registry_away_at_start(broker: str, tmp_path: Path, tenant_id: str) -> None:
    plant = Plant(broker, tmp_path, tenant_id)
    try:
        plant.app.fill(0, 20)
        child = plant.worker(plant.connector())
        plant.wait(lambda: "registry" in plant.ready()[1], child=child)
        assert plant.ready()[0] == 503
        plant.gateway()
        plant.wait(lambda: plant.count() == 20, child=child)
    finally:
        plant.close()


@pytest.mark.parametrize("answers", [False, True], ids=["refused", "silent"])
def test_told_to_stop_while_the_broker_is_away(
    tmp_path: Path, tenant_id: str, *, answers: bool
) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        if answers:
            silent.listen()  # takes connections and says nothing
        port = silent.getsockname()[1]
        plant = Plant(f"127.0.0.1:{port}", tmp_path, tenant_id)
        try:
            files = [plant.connector(name=f"uji-{n}") for n in range(3)]
            sink = tmp_path / "sink.yaml"
            sink.write_text(SINK.format(folder=tmp_path), encoding="utf-8")
            child = plant.worker(*files, sink)
            plant.wait(lambda: plant.ready()[0] == 503, child=child)
            begun = time.monotonic()
            child.terminate()
            child.wait(timeout=30)
            assert time.monotonic() - begun < 6
            assert child.returncode == 0, plant.log()
        finally:
            plant.close()
