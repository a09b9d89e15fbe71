"""Readiness is the truth about a component and all its parts."""

import pytest
from prometheus_client import REGISTRY

from bus.health import Health
from bus.metrics import count_events, count_rejects, set_lag


def sample(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


def test_starts_not_ready() -> None:
    health = Health("h1")
    assert health.problem() == "h1: starting"
    assert health.report()["status"] == "starting"
    assert sample("opdbus_ready", component="h1") == 0
    assert sample("opdbus_restarts_total", component="h1") == 0


def test_recovering_is_not_ready_and_says_so() -> None:
    health = Health("h2")
    health.ready()
    health.starting("recovering partition 3")
    body = {"component": "h2", "status": "starting"}
    assert health.report() == body | {"reason": "h2: recovering partition 3"}
    health.ready()
    assert health.report() == {"component": "h2", "status": "ready"}
    assert sample("opdbus_ready", component="h2") == 1


def test_one_part_makes_the_whole_not_ready() -> None:
    health = Health("h3")
    health.ready()
    good, bad = health.part("h3-a"), health.part("h3-b")
    good.ready()
    bad.not_ready("db away")
    report = health.report()
    assert report["status"] == "not_ready"
    assert report["reason"] == "h3-b: db away"
    assert report["parts"]["h3-a"]["status"] == "ready"
    assert health.part("h3-b") is bad
    health.drop("h3-b")
    assert health.is_ready()


def test_watchdog_decides_about_alive() -> None:
    health = Health("h4")
    assert health.is_alive() == (True, "")
    health.alive_check = lambda: "no commit for 120 s"
    assert health.is_alive() == (False, "no commit for 120 s")


@pytest.mark.parametrize("times", [1, 2])
def test_batch_counts_add_up(times: int) -> None:
    name = f"c{times}"
    for _ in range(times):
        count_events(name, {"A": 3, "B": 1})
        count_rejects(name, {"NIK_RUSAK": 2})
    labels = {"component": name}
    assert sample("opdbus_events_total", event_type="A", **labels) == 3 * times
    assert sample("opdbus_rejects_total", reason="NIK_RUSAK", **labels) == 2 * times


def test_lag_has_both_units() -> None:
    set_lag("c9", "t", 2, 17, 1.5)
    place = {"component": "c9", "topic": "t", "partition": "2"}
    assert sample("opdbus_lag_records", **place) == 17
    assert sample("opdbus_lag_seconds", **place) == 1.5
