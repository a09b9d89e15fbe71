"""`opdbus connector new` on a REST app."""

from pathlib import Path

from typer.testing import CliRunner

from ops.cli.connector import app
from tests.conformance.workshop import person
from tests.fixtures.rest_app import RestApp


def test_a_first_file_from_an_answer(rest_app: RestApp, tmp_path: Path) -> None:
    rows = [person(number, nik=int(person(number)["nik"])) for number in range(8)]
    rest_app.holds([row | {"lokasi": {"lat": "-6.9"}} for row in rows])
    start = ["new", "siak", "--from", f"{rest_app.url}/warga"]
    listed = CliRunner().invoke(app, [*start, "--list"])
    assert "data" in listed.output
    run = CliRunner().invoke(app, [*start, "--out", str(tmp_path)])
    assert run.exit_code == 0, run.output
    text = (tmp_path / "siak.yaml").read_text(encoding="utf-8")
    assert "kind: rest" in text
    assert 'items: "data"' in text or "items: data" in text
    assert "mode: facts" in text
    assert "lokasi.lat" in text
    assert "SIAK_URL" in run.output
    assert "3325014501580001" not in run.output
    lint = CliRunner().invoke(app, ["lint", str(tmp_path / "siak.yaml")])
    assert lint.exit_code == 0, lint.output
