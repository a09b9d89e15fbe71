"""`opdbus connector check` on a REST app."""

from pathlib import Path

from bus.connect.finding import BAD, NOTE
from bus.testing.clock import ManualClock
from tests.conformance.workshop import person
from tests.fixtures.rest_app import RestApp
from tests.integration.rest.office import PAGES, run_of


def found(folder: Path, app: RestApp, *lines: str) -> dict[str, tuple[str, str]]:
    connector = run_of(folder, app, *lines).connector
    findings = connector.examine(ManualClock(), "Asia/Jakarta")
    return {each.about: (each.level, each.text) for each in findings}


def test_what_is_missing_is_told(rest_app: RestApp, tmp_path: Path) -> None:
    rows = [person(1), person(1, nama="LAIN")]
    for row in rows:
        del row["rt"]
    rest_app.holds(rows, page="page")
    told = found(
        tmp_path, rest_app, "mode: snapshot-diff", PAGES.replace("}", ", total: total}")
    )
    assert told["columns"] == (
        NOTE,
        "no item has rt; items have: desa, id, nama, nik, no_kk, status",
    )
    assert told["ref"][0] == BAD
    assert "REF_GANDA" in told["ref"][1]
    assert told["total"] == (BAD, "no number at page.total 'total'")
    assert told["clock"][0] == NOTE  # the test's clock is not today's


def test_values_that_are_no_times(rest_app: RestApp, tmp_path: Path) -> None:
    rest_app.holds([person(1, ubah="kemarin")])
    since = "since: {column: ubah, param: since}"
    told = found(tmp_path, rest_app, "mode: incremental", since)
    assert told["since ubah"] == (BAD, "1 of 1 values are no iso")


def test_keys_are_counted_and_a_login_is_told(
    rest_app: RestApp, tmp_path: Path
) -> None:
    keys = tmp_path / "nik.txt"
    keys.write_text("3325014501580002\n", encoding="utf-8")
    rest_app.holds([person(1)], auth="x")
    told = found(
        tmp_path, rest_app, "mode: facts", f"lookup: {{keys: '{keys}', param: nik}}"
    )
    assert told["keys"] == ("ok", "1 keys")
    assert "HTTP 401" in told["reading"][1]
    assert "3325014501580002" not in told["reading"][1]
