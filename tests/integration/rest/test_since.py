"""Asking only for what is new."""

from pathlib import Path

import pytest

from bus.record import DIBUAT, DIKOREKSI
from bus.testing.clock import ManualClock
from tests.conformance.workshop import Run, person
from tests.fixtures.rest_app import RestApp
from tests.integration.rest.office import NOW_MS, PAGES, at, names, run_of

SINCE = "since: {column: ubah, param: since, zone: UTC}"


@pytest.fixture
def run(rest_app: RestApp, tmp_path: Path) -> Run:
    return run_of(tmp_path, rest_app, "mode: incremental", SINCE, PAGES)


def test_only_what_is_new_is_asked_for(run: Run, rest_app: RestApp) -> None:
    rows = [at(number, f"00:0{number}:00") for number in range(7)]
    rest_app.holds(rows, page="page")
    assert len(run.catch_up()) == 7
    rest_app.holds([*rows, at(8, "00:09:00")], page="page")
    run.crash()
    run.catch_up()
    assert names(run)[7:] == ["0009"]
    assert all("since=2026-03-01T00%3A05" in query for query in rest_app.asked())


def test_late_rows_and_corrections_within_the_overlap(
    run: Run, rest_app: RestApp
) -> None:
    rows = [at(1, "00:01:00"), at(2, "00:02:00")]
    rest_app.holds(rows, page="page")
    run.catch_up()
    rows = [at(1, "00:01:00"), at(2, "00:02:10", status="2"), at(3, "00:01:30")]
    rest_app.holds(rows, page="page")
    assert [made.operation for made in run.catch_up()] == [DIKOREKSI, DIBUAT]
    assert run.catch_up() == []


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_a_crash_in_a_pass_loses_and_repeats_nothing(
    run: Run, rest_app: RestApp, steps: int
) -> None:
    rows = [at(number, f"00:{50 - number}:00") for number in range(8)]  # newest first
    rest_app.holds(rows, page="page")
    for _ in range(steps):
        run.step()
    run.crash()
    run.catch_up()
    assert len(names(run)) == len(set(names(run))) == 8


def test_an_app_that_does_not_heed_the_parameter(run: Run, rest_app: RestApp) -> None:
    rows = [at(number, f"00:{10 + number}:00") for number in range(6)]
    rest_app.holds(rows, page="page", ignores_since=True)
    run.catch_up()
    rows.append(at(7, "00:30:00"))
    rest_app.holds(rows, page="page", ignores_since=True)
    for _ in range(3):
        run.catch_up()
    assert len(names(run)) == len(set(names(run))) == 7


def test_a_time_in_the_future_hides_nothing(run: Run, rest_app: RestApp) -> None:
    rows = [at(1, "00:01:00"), person(2, ubah="2099-01-01T00:00:00+00:00")]
    rest_app.holds(rows, page="page")
    run.catch_up()
    rest_app.holds([*rows, at(3, "00:03:00")], page="page")
    run.catch_up()
    assert sorted(names(run)) == ["0002", "0003", "0004"]


def test_a_row_without_its_time_is_told_once(run: Run, rest_app: RestApp) -> None:
    rest_app.holds([at(1, "00:01:00"), person(2, ubah="kemarin")], page="page")
    run.catch_up()
    run.catch_up()
    assert run.codes == ["TANPA_KURSOR"]


def test_unchanged_is_not_sent(rest_app: RestApp, tmp_path: Path) -> None:
    clock = ManualClock(NOW_MS)
    run = run_of(tmp_path, rest_app, "mode: incremental", SINCE, clock=clock)
    rest_app.holds([at(1, "00:01:00")], etag=True)
    for _ in range(4):
        run.catch_up()
    assert len(run.events) == 1
