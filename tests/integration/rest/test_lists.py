"""Lists that move while they are read, and apps that count in ways of their own."""

from pathlib import Path
from typing import Any

import pytest

from bus.errors import ConfigError
from bus.record import DIBATALKAN, DIBUAT
from tests.conformance.workshop import nik, person
from tests.fixtures.rest_app import RestApp
from tests.integration.rest.office import NOW_MS, PAGES, names, run_of

TOTAL = PAGES.replace("}", ", total: total}")
OFFSET = "page: {kind: offset, param: offset, size_param: size, size: 3}"
CURSOR = "page: {kind: cursor, param: after, next: next, size_param: size, size: 3}"
LINK = "page: {kind: link, size_param: size, size: 3}"
DIFF = "mode: snapshot-diff"
KINDS = [
    (PAGES, {"page": "page"}),
    (TOTAL, {"page": "page", "total": True}),
    (OFFSET, {"page": "offset"}),
    (CURSOR, {"page": "cursor"}),
    (LINK, {"page": "link"}),
]


@pytest.mark.parametrize(("block", "how"), KINDS)
@pytest.mark.parametrize("after", [2, 3])
def test_a_row_that_slips_through_is_not_withdrawn(
    rest_app: RestApp, tmp_path: Path, block: str, how: Any, after: int
) -> None:
    run = run_of(tmp_path, rest_app, DIFF, block)
    rows = [person(number) for number in range(10)]
    rest_app.holds(rows, **how)
    run.catch_up()
    rest_app.holds(rows, moves={str(after): rows[1:]}, **how)
    found = run.catch_up() + run.catch_up()
    assert [(made.operation, made.value["orang"]["nik"]) for made in found] == [
        (DIBATALKAN, nik(0))
    ]


@pytest.mark.parametrize(("block", "how"), KINDS)
def test_a_row_that_comes_on_top_is_found_and_none_twice(
    rest_app: RestApp, tmp_path: Path, block: str, how: Any
) -> None:
    run = run_of(tmp_path, rest_app, DIFF, block)
    rows = [person(number) for number in range(8)]
    rest_app.holds(rows, moves={"2": [person(9), *rows]}, **how)
    for _ in range(2):
        run.catch_up()
    assert run.operations() == {DIBUAT: 9}
    assert run.refused == []


@pytest.mark.parametrize(
    "how",
    [{"cap": 2}, {"cap": 2, "past404": True}, {"cap": 2, "repeats": True}],
)
def test_fewer_items_than_asked_for_are_not_the_end(
    rest_app: RestApp, tmp_path: Path, how: Any
) -> None:
    run = run_of(tmp_path, rest_app, DIFF, PAGES)
    rest_app.holds([person(number) for number in range(7)], page="page", **how)
    run.catch_up()
    assert len(names(run)) == len(set(names(run))) == 7


def test_a_next_page_elsewhere_gets_no_key(rest_app: RestApp, tmp_path: Path) -> None:
    run = run_of(tmp_path, rest_app, DIFF, LINK)
    rows = [person(number) for number in range(7)]
    rest_app.holds(rows, page="link", elsewhere="http://127.0.0.2:9")
    run.step()
    with pytest.raises(ConfigError, match=r"next page is on http://127\.0\.0\.2"):
        run.step()


def test_unchanged_pages_are_not_sent_again(rest_app: RestApp, tmp_path: Path) -> None:
    run = run_of(tmp_path, rest_app, DIFF, TOTAL)
    rows = [person(number) for number in range(7)]
    how: dict[str, Any] = {"page": "page", "total": True, "etag": True}
    rest_app.holds(rows, **how)
    run.catch_up()
    rest_app.holds(rows, **how)
    run.catch_up()
    assert len(rest_app.asked()) == 3
    rest_app.holds([*rows[:-1], person(6, status="2")], **how)
    (made,) = run.catch_up()
    assert made.value["status_dasar"] == "MATI"


@pytest.mark.parametrize(("age", "believed"), [(-30, False), (3600, True)])
def test_a_second_change_in_one_second_is_seen(
    rest_app: RestApp, tmp_path: Path, age: int, believed: bool
) -> None:
    """Only a Last-Modified that is older than the answer can be trusted."""
    import time

    run = run_of(tmp_path, rest_app, DIFF)
    how = {"modified": int(time.time()) - age}
    rest_app.holds([person(1)], **how)
    run.catch_up()
    rest_app.holds([person(1, status="2")], **how)
    assert len(run.catch_up()) == (0 if believed else 1)


def test_limits_of_the_app_are_kept(rest_app: RestApp, tmp_path: Path) -> None:
    run = run_of(tmp_path, rest_app, DIFF, PAGES, "per_minute: 30")
    rest_app.holds([person(number) for number in range(5)], page="page")
    assert run.step() == 2
    batch = run.source.poll(run.position)
    assert batch.more
    assert run.clock.now_ms() == NOW_MS  # the source itself waits for nothing
