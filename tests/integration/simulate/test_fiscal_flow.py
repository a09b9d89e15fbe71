"""The simulated year through connectors and flow F4: what is found was planted."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from bus.config.load import load_tenant
from bus.record import Event, event_id
from bus.streams.pipelines.selisih import topology
from bus.testing.topology_driver import TopologyDriver
from ops.simulate.create import create
from ops.simulate.faults import Faults, no_faults
from ops.simulate.world import Plan
from tests.integration.simulate.conftest import TODAY, Still
from tests.integration.simulate.test_connectors import Read
from tests.unit.pipelines.dasar import katalog, serde

TENANT = load_tenant(
    Path(__file__).parents[3] / "ops" / "examples" / "batang" / "tenant.yaml"
)
CATALOG = katalog()
FILES = ("sipd-peta", "eplanning-rencana", "sipd-anggaran", "bpkad-anggaran")
SPENT = ("sipd-sp2d", "simda-sp2d")
SELISIH = "keuangan.selisih.state.v1"


def events(monkeypatch, folder):
    """Everything the connectors read, as events."""
    for name in ("eplanning", "sipd"):
        url = f"sqlite:///{folder / name / name}.db"
        monkeypatch.setenv(f"{name.upper()}_URL", url)
    for name in ("simda", "bpkad"):
        monkeypatch.setenv(name.upper(), str(folder / name))
    for file in (*FILES, *SPENT):
        found = Read(f"{file}.yaml")
        assert not found.rejects
        for event_type, values in found.values.items():
            template = CATALOG.event(event_type).key_template
            for value in values:
                key = template.format(**value)
                ident = event_id(event_type, key, value["sumber_ref"])
                yield Event(event_type, key, value, ident, "/k3325/uji", 0)


def findings(monkeypatch, folder):
    """Open findings by kind."""
    driver = TopologyDriver(topology(TENANT), CATALOG, TENANT, serde=serde())
    driver.tick((TODAY - date(1970, 1, 1)).days)
    for event in events(monkeypatch, folder):
        driver.write(CATALOG.event(event.type).contract, event)
    driver.run()
    driver.advance(10_000)
    published = [e.value for e in driver.read(SELISIH)]
    last = {(v["kunci"], v["jenis"]): v for v in published}
    return Counter(v["jenis"] for v in last.values() if v["status"] == "TERBUKA")


@pytest.fixture
def world(tmp_path):
    def make(faults):
        made = create(tmp_path, Plan(250, 11, TODAY, faults), clock=Still())
        return tmp_path, made.faults

    return make


def test_a_year_without_faults_has_no_findings_but_the_merger(world, monkeypatch):
    folder, planted = world(no_faults())
    assert planted == {}
    assert set(findings(monkeypatch, folder)) <= {"SKPD_BERUBAH"}


def test_what_is_found_was_planted(world, monkeypatch):
    only = {
        "rencana_tanpa_anggaran": 0.1,
        "anggaran_tanpa_rencana": 0.1,
        "anggaran_lebih_rencana": 0.1,
        "rencana_batal": 0.1,
        "realisasi_lebih": 0.1,
        "serapan_rendah": 0.2,
        "peta_kurang": 0.5,
        "eplanning_tanpa_ekor": 0.3,
        "bpkad_tanpa_ekor": 0.3,
    }
    faults = Faults(**{**no_faults().model_dump(), **only})
    folder, planted = world(faults)
    found = findings(monkeypatch, folder)
    assert found["TANPA_RENCANA"] == (
        planted["anggaran_tanpa_rencana"] + planted["rencana_batal"]
    )
    assert found["TANPA_ANGGARAN"] == planted["rencana_tanpa_anggaran"]
    assert found["LEBIH_DARI_RENCANA"] == planted["anggaran_lebih_rencana"]
    assert found["REALISASI_LEBIH"] == found["MELEBIHI_KAS"] > 20
    assert found["REALISASI_LEBIH"] <= planted["realisasi_lebih"]
    # Where the map has a gap nothing seems to be spent.
    slow = planted["serapan_rendah"] + planted["peta_kurang"]
    assert 0 < found["SERAPAN_RENDAH"] <= slow
    assert found["KODE_TAK_TERPETAKAN"] == planted["peta_kurang"]
