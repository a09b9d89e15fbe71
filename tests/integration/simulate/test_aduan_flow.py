"""The simulated weeks through connectors and flow F5: what comes out was planted."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from bus.config.load import load_tenant
from bus.record import Event, event_id
from bus.streams.pipelines.aduan import topology
from bus.streams.wiring.ticks import midnight_ms
from bus.testing.topology_driver import TopologyDriver
from ops.simulate.aduan.words import WRONG
from tests.integration.simulate.conftest import TODAY
from tests.integration.simulate.test_connectors import Read
from tests.unit.pipelines.dasar import katalog, serde

TENANT = load_tenant(
    Path(__file__).parents[3] / "ops" / "examples" / "batang" / "tenant.yaml"
)
CATALOG = katalog()
FILES = (
    *("aduan-laporan", "aduan-tanggapan", "lapor-laporan", "lapor-tindaklanjut"),
    *("setda-libur", "setda-opd", "kominfo-rute"),
)
NOW = midnight_ms((TODAY - date(1970, 1, 1)).days, TENANT.zona_waktu) + 8 * 3_600_000


@pytest.fixture(scope="module")
def driver(apps):
    run = TopologyDriver(topology(TENANT), CATALOG, TENANT, serde=serde())
    run.jump(NOW)
    for file in FILES:
        for event_type, values in Read(f"{file}.yaml").values.items():
            contract = CATALOG.event(event_type)
            for value in values:
                key = contract.key_template.format(**value)
                ident = event_id(event_type, key, value["sumber_ref"])
                at = value.get("waktu") or 0
                event = Event(event_type, key, value, ident, "/k3325/uji", at)
                run.write(contract.contract, event)
    run.run()
    run.advance(60_000)
    return run


@pytest.fixture(scope="module")
def states(driver):
    found = {e.key: e.value for e in driver.read("aduan.status.state.v1")}
    return list(found.values())


def test_every_report_has_a_state_and_nothing_failed(driver, states, made):
    assert not [topic for topic, _ in driver.logs if "deadletter" in topic]
    reports = made.rows["aduan"]["pengaduan"] + made.rows["lapor"]["laporan"]
    assert len(states) == reports
    assert Counter(v["status"] for v in states)["SELESAI"] > reports / 3


def test_reports_sent_to_the_wrong_office_come_back_and_go_on(driver, states, made):
    back = [v for v in states if v["dikembalikan"]]
    # The last ones may not have been given back by yesterday.
    assert 0 < len(back) <= made.faults["aduan_salah_opd"]
    assert all(v["kode_skpd"] != WRONG for v in back)
    reopened = sum(v["percobaan"] > 1 for v in states)
    assert reopened <= made.faults.get("aduan_dibuka", 0)


def test_repetitions_are_found(states, made):
    found = [v for v in states if v["duplikat_dari"]]
    # A repetition without its place, or of a report too old, is not recognised.
    assert 0 < len(found) <= made.faults["aduan_ganda"]


def test_late_reports_are_late_by_the_calendar(driver, states):
    limits = {v["laporan_id"]: v["batas_jawaban"] for v in states}
    late = [
        e
        for e in driver.read("aduan.sla.fact.v1")
        if e.type == "SlaTerlampaui" and e.value["jam"] == "JAWABAN"
    ]
    assert late
    for event in late:
        if event.value["level"] == 1 and event.value["percobaan"] == 1:
            assert event.value["batas"] <= NOW + 60_000
            assert limits[event.key] is not None
