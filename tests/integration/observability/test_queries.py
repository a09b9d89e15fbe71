"""Every query of the dashboard and the alerts, run against a real Prometheus."""

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from bus.record import Event
from ops.kafka.broker import free_ports
from ops.prometheus.queries import queries
from tests.integration.observability.prometheus import PAUSE, Prometheus
from tests.integration.sinks.site import CATALOG, MUTU, SANTUNAN, Site

pytestmark = pytest.mark.kafka


def test_all_queries_return_data_and_alerts_fire(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "office"
    file = site.sink_file("office", kind="csv-worklist", sink={"folder": str(folder)})
    worker = site.worker(file)
    worker.wait_ready()
    (port,) = free_ports(1)
    office = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.observability.office", str(port)]
    )
    targets = {
        "sources": f"127.0.0.1:{port}",
        "sinks": f"127.0.0.1:{worker.port}",
        "gateway": site.settings.registry_url.removeprefix("http://"),
    }
    try:
        with Prometheus(tmp_path / "prometheus", targets) as prometheus:
            claim = claim_event(site)
            site.produce(SANTUNAN, [claim])
            for number in range(8):
                site.produce(MUTU, [site.finding(number)])
                PAUSE.wait(0.5)
            assert prometheus.missing(queries()) == []
            assert {row["metric"]["role"] for row in prometheus.value("up == 1")} == {
                "sources",
                "sinks",
                "gateway",
            }
            (paid,) = prometheus.value('opdbus_claims_rupiah{state="DISETUJUI"}')
            assert paid["value"][1] == "1000000"
            worker.kill()
            assert state_of(prometheus, "OpdbusNotWorking") == "pending"
            health = prometheus.ask("rules", type="alert")["groups"][0]["rules"]
            assert {rule["health"] for rule in health} == {"ok"}
    finally:
        office.kill()
        office.wait()


def state_of(prometheus: Prometheus, alert: str) -> str | None:
    """State of an alert about the sinks, as soon as it has one."""
    asked = f'ALERTS{{alertname="{alert}", role="sinks"}}'
    for _ in range(30):
        for row in prometheus.value(asked):
            return str(row["metric"]["alertstate"])
        PAUSE.wait(1)
    return None


def claim_event(site: Site) -> Event:
    example = CATALOG.event("SantunanDisetujui").examples[0]
    value = dict(example.value) | {"jumlah": Decimal("1000000.00")}
    return site.event("SantunanDisetujui", 1, value)
