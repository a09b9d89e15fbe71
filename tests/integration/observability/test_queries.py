"""Every query of the dashboard and the alerts, run against a real Prometheus."""

import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bus.record import Event
from ops.kafka.broker import free_ports
from ops.prometheus.queries import queries
from tests.integration.observability.prometheus import PAUSE, Prometheus
from tests.integration.sinks.site import CATALOG, MUTU, SANTUNAN, Site

pytestmark = pytest.mark.kafka

SELISIH, STATUS = "keuangan.selisih.state.v1", "aduan.status.state.v1"
SLA = "aduan.sla.fact.v1"
VIEWS = {
    'opdbus_claims_rupiah{state="DISETUJUI"}': "1000000",
    'opdbus_differences{status="TERBUKA"}': "1",
    'opdbus_differences{status="DITUTUP"}': "1",
    'opdbus_reports{state="DIDISPOSISI"}': "1",
    'opdbus_reports_overdue{level="2"}': "1",
    'opdbus_escalations{level="2"}': "1",
}


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
            produce_flows(site)
            for turn in range(8):
                site.produce(MUTU, [site.finding(turn)])
                PAUSE.wait(0.5)
            assert prometheus.missing(queries()) == []
            assert {row["metric"]["role"] for row in prometheus.value("up == 1")} == {
                "sources",
                "sinks",
                "gateway",
            }
            assert {expr: number(prometheus, expr) for expr in VIEWS} == VIEWS
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


def number(prometheus: Prometheus, expr: str) -> str:
    (row,) = prometheus.value(expr)
    return str(row["value"][1])


def produce_flows(site: Site) -> None:
    """What the views of F4 and F5 count."""
    site.produce(SELISIH, differences(site))
    site.produce(STATUS, [status_event(site)])
    site.produce(SLA, [late_event(site)])


def differences(site: Site) -> list[Event]:
    """One that stands and one that is gone again."""
    kind = "SelisihAnggaranDitemukan"
    value = dict(CATALOG.event(kind).examples[0].value)
    states = [("a", "TERBUKA"), ("b", "TERBUKA"), ("b", "DITUTUP")]
    return [
        replace(
            site.event(kind, number, value | {"temuan_id": name, "status": state}),
            key=name,
        )
        for number, (name, state) in enumerate(states, 50)
    ]


def status_event(site: Site) -> Event:
    kind = "LaporanStatusDimutakhirkan"
    value = dict(CATALOG.event(kind).examples[0].value)
    return site.event(kind, 60, value | {"status": "DIDISPOSISI", "tingkat": 2})


def late_event(site: Site) -> Event:
    value = dict(CATALOG.event("SlaTerlampaui").examples[0].value)
    return site.event("SlaTerlampaui", 61, value | {"level": 2})


def claim_event(site: Site) -> Event:
    example = CATALOG.event("SantunanDisetujui").examples[0]
    value = dict(example.value) | {"jumlah": Decimal("1000000.00")}
    return site.event("SantunanDisetujui", 1, value)
