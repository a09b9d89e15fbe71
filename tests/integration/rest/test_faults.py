"""An app that is busy, broken, cut off or says one thing and means another."""

from pathlib import Path

import pytest

from bus.errors import ConfigError, RetriableError
from tests.conformance.workshop import Run, nik, person
from tests.fixtures.rest_app import RestApp
from tests.integration.rest.office import PAGES, run_of

ERRORS = (
    "verdicts: [{field: status, not_one_of: [ok]},"
    " {field: galat, then: stop}, {field: data.0.RESPON, starts_with: Data tidak,"
    " then: empty}]"
)


@pytest.fixture
def run(rest_app: RestApp, tmp_path: Path) -> Run:
    lines = ("mode: snapshot-diff", ERRORS, PAGES)
    return run_of(tmp_path, rest_app, *lines)


TROUBLE = {
    "500": "HTTP 500",
    "429": "HTTP 429",
    "503-date": "HTTP 503",
    "cut": "cut off",
    "half": "ends in the middle",
    "html": "an HTML page",
    "warning": "an HTML page",
    "empty": "an empty body",
    "nan": "NaN",
    "no-list": "no list at 'data'; keys there: data, status",
    "error200": "status says 'gagal'",
    "gzip": "compressed wrongly",
    "deep": "no usable JSON",
}


@pytest.mark.parametrize("fault", TROUBLE)
def test_trouble_is_told_and_nothing_lost(
    run: Run, rest_app: RestApp, fault: str
) -> None:
    rows = [person(number) for number in range(5)]
    rest_app.holds(rows, page="page")
    run.step()
    rest_app.setup(faults=[fault], page="page")
    with pytest.raises(RetriableError, match=TROUBLE[fault]) as caught:
        run.step()
    assert "3325014501589" not in str(caught.value)
    run.catch_up()
    assert len(run.events) == 5
    assert run.refused == []


def test_an_app_that_does_not_answer(rest_app: RestApp, tmp_path: Path) -> None:
    run = run_of(tmp_path, rest_app, "mode: facts", "timeout_seconds: 2")
    rest_app.holds([person(1)], faults=["hang"])
    with pytest.raises(RetriableError, match="no answer within 2 s"):
        run.step()
    run.catch_up()
    assert len(run.events) == 1


def test_the_app_says_how_long_to_wait(run: Run, rest_app: RestApp) -> None:
    rest_app.holds([], faults=["429", "503-date"], page="page")
    for seconds in (7, 90):
        with pytest.raises(RetriableError) as caught:
            run.step()
        assert caught.value.retry_after_seconds == seconds


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("login", "sends us to '/login'; if that is the right address"),
        ("gone", "HTTP 410; check source.url"),
        ("stop200", "galat says 'akun ditutup'"),
    ],
)
def test_what_waiting_does_not_mend_stops_it(
    run: Run, rest_app: RestApp, fault: str, told: str
) -> None:
    rest_app.holds([], faults=[fault])
    with pytest.raises(ConfigError, match=told) as caught:
        run.step()
    assert "3325014501589001" not in str(caught.value)


def test_an_answer_that_is_too_large(rest_app: RestApp, tmp_path: Path) -> None:
    run = run_of(tmp_path, rest_app, "mode: facts", "most_mb: 1")
    rest_app.holds([person(1, nama="A" * 1_100_000)])
    with pytest.raises(ConfigError, match="larger than 1 MB"):
        run.step()


def test_a_page_that_is_gone_begins_the_list_anew(
    rest_app: RestApp, tmp_path: Path
) -> None:
    page = "page: {kind: cursor, param: after, next: next, size_param: size, size: 2}"
    run = run_of(tmp_path, rest_app, "mode: snapshot-diff", page)
    rest_app.holds([person(number) for number in range(5)], page="cursor")
    run.step()
    rest_app.setup(faults=["gone"], page="cursor")
    with pytest.raises(RetriableError, match="it is read anew"):
        run.step()
    run.catch_up()
    assert len(run.events) == 5


def test_nobody_is_there(rest_app: RestApp, tmp_path: Path) -> None:
    run = run_of(tmp_path, rest_app, "mode: facts", url="http://127.0.0.1:9/x?k=geheim")
    with pytest.raises(RetriableError, match="not there") as caught:
        run.step()
    assert "geheim" not in str(caught.value)


def test_numbers_stay_what_they_are(rest_app: RestApp, tmp_path: Path) -> None:
    run = run_of(tmp_path, rest_app, "mode: facts")
    rest_app.holds([person(1, nik=int(nik(1)), no_kk=3325011204069001, rt=4)])
    (made,) = run.catch_up()
    assert made.value["orang"]["nik"] == nik(1)


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "text/html", ""])
def test_text_in_the_wrong_charset(
    rest_app: RestApp, tmp_path: Path, kind: str
) -> None:
    run = run_of(tmp_path, rest_app, "mode: facts")
    row = person(1, nama="SITI ÖNDER É")
    rest_app.holds([row], charset="cp1252", content_type=kind)
    (made,) = run.catch_up()
    assert made.value["orang"]["nama"] == "SITI ÖNDER É"


def test_what_is_no_object_is_told_once(rest_app: RestApp, tmp_path: Path) -> None:
    run = run_of(tmp_path, rest_app, "mode: snapshot-diff")
    rest_app.setup(rows=[person(1), "rusak", None])
    run.catch_up()
    run.catch_up()
    assert run.codes == ["BUKAN_OBJEK", "BUKAN_OBJEK"]
    assert len(run.events) == 1
