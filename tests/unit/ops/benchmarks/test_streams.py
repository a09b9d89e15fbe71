"""The cases of `ops/bench streams`, run without a broker, and what is said of them."""

import pytest

from bus.config.load import load_tenant
from bus.config.settings import Settings
from bus.contracts import Catalog
from bus.testing.topology_driver import TopologyDriver
from ops.benchmarks.figure import Figure
from ops.benchmarks.streams.material import people, reports
from ops.benchmarks.streams.ratios import ratios
from ops.benchmarks.streams.ticket import SCHEMAS
from ops.benchmarks.streams.topology import RESULTS, SOURCES, topology

EVENTS, KEYS = 60, 7


@pytest.fixture(scope="module")
def catalog():
    return Catalog.load(SCHEMAS)


@pytest.fixture
def results(catalog):
    def run(case):
        tenant = load_tenant(Settings().tenant_file)
        driver = TopologyDriver(topology(case, "uji"), catalog, tenant)
        if case == "join":
            driver.pipe(SOURCES[case], *people(tenant.id, KEYS))
        driver.pipe(SOURCES[case], *reports(tenant.id, EVENTS, KEYS))
        return [event.value for event in driver.read(RESULTS)]

    return run


def test_map_answers_every_report_once(results):
    assert len({value["nomor"] for value in results("map")}) == EVENTS


def test_count_numbers_the_reports_of_each_person(results):
    by_person = {}
    for value in results("count"):
        by_person.setdefault(value["subjek_id"], []).append(value["urutan"])
    assert len(by_person) == KEYS
    for numbers in by_person.values():
        assert sorted(numbers) == list(range(1, len(numbers) + 1))


def test_join_finds_the_name_of_everybody(results):
    found = results("join")
    assert len(found) == EVENTS
    names = {value["subjek_id"]: value["nama"] for value in found}
    assert len(set(names.values())) == KEYS
    assert None not in names.values()


def test_the_same_seed_gives_the_same_reports():
    assert list(reports("k0001", 20, 5)) == list(reports("k0001", 20, 5))


def test_ratios_compare_ours_with_each_rival_and_with_itself():
    figures = [
        Figure("streams", "map", "ours", 9, per_second=300.0),
        Figure("streams", "map", "faust", 9, per_second=20.0),
        Figure("streams", "count", "ours", 9, per_second=200.0),
        Figure("streams", "join", "ours", 9, per_second=150.0),
        Figure("streams", "latency-map", "ours", 9, p50_ms=4.0),
    ]
    assert list(ratios(figures)) == [
        "map: ours / faust = 15.00",
        "join / count = 0.75",
    ]
