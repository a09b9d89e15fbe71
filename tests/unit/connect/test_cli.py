"""`opdbus connector`: problems with lines, masked trials, test rows, Python."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ops.cli.connector import app
from tests.conformance.legacies import SqliteLegacy
from tests.conformance.workshop import NO_KK, nik, person

TESTS = """
uji:
  - nama: baris baik
    baris: {id: 1, nik: "3325014501589001", nama: A, no_kk: "3325011204069001",
      desa: "3325012001", status: 1}
    hasil: [{peristiwa: PendudukDimutakhirkan, nilai: {status_dasar: HIDUP}}]
  - nama: NIK rusak
    baris: {id: 1, nik: 2147483647}
    tolak: NIK_RUSAK
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    legacy = SqliteLegacy(tmp_path, 10)
    legacy.holds([person(1), person(2, nik="332501450158900")])
    path = tmp_path / "uji.yaml"
    path.write_text(legacy.connector() + TESTS, encoding="utf-8")
    return path


def test_lint_and_its_exit_code(file: Path) -> None:
    run = CliRunner().invoke(app, ["lint", str(file)])
    assert run.exit_code == 0, run.output
    text = file.read_text(encoding="utf-8").replace("aturan: nama", "aturan: nma")
    file.write_text(text, encoding="utf-8")
    run = CliRunner().invoke(app, ["lint", str(file)])
    assert run.exit_code == 1
    assert "uji.yaml:" in run.output
    assert "unknown rule 'nma'" in run.output


def test_try_shows_events_without_persons(file: Path) -> None:
    run = CliRunner().invoke(app, ["try", str(file), "--rows", "5"])
    assert run.exit_code == 0, run.output
    assert "2 rows: 1 events, 1 rejected" in run.output
    for secret in (nik(1), NO_KK, "WARGA", "332501450158900"):
        assert secret not in run.output


def test_test_rows_pass_and_fail(file: Path) -> None:
    run = CliRunner().invoke(app, ["test", str(file)])
    assert run.exit_code == 0, run.output
    text = file.read_text(encoding="utf-8").replace("HIDUP}}", "MATI}}")
    file.write_text(text, encoding="utf-8")
    run = CliRunner().invoke(app, ["test", str(file)])
    assert run.exit_code == 1
    assert "status_dasar is 'HIDUP', expected 'MATI'" in run.output


def test_show(file: Path) -> None:
    run = CliRunner().invoke(app, ["show", str(file)])
    assert "PendudukDimutakhirkan → adminduk.penduduk.state.v1" in run.output
    run = CliRunner().invoke(app, ["show", str(file), "--python"])
    compile(run.output, "shown", "exec")
