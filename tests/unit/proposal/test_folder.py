"""`opdbus connector new` and `check` for a drop folder of files that come again."""

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bus.errors import ConfigError
from ops.cli.connector import app

NIK = "3325014501589001"


def run(*words: str) -> Any:
    return CliRunner().invoke(app, list(words))


def made(folder: Path, *words: str) -> str:
    done = run("new", *words, "--out", str(folder))
    assert done.exit_code == 0, f"{done.output}{done.exception}"
    return (folder / f"{words[0]}.yaml").read_text(encoding="utf-8")


def test_a_quarters_file_gives_names_that_last(tmp_path: Path) -> None:
    folder = tmp_path / "masuk"
    folder.mkdir()
    lines = ["NIK;NAMA;DESIL;PERIODE", f"{NIK};SUMINAH;1;2025-TW2"]
    (folder / "sp2d_2025-TW2.csv").write_text("\n".join(lines))
    more = ("--event", "WargaDesaDimutakhirkan")
    text = made(tmp_path, "uji", "--from", str(folder), *more)
    assert 'pattern: "sp2d_*.csv"' in text
    assert "objek: sp2d\n" in text
    assert "scope: [PERIODE]" in text


def test_check_tells_files_that_are_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "masuk"
    folder.mkdir()
    lines = ["kode;nama;periode;nilai", "A;Satu;2026;1", "B;Dua;2026;2"]
    (folder / "nilai_2026.csv").write_text("\n".join(lines))
    more = ("--event", "IndikatorDilaporkan")
    made(tmp_path, "uji", "--from", str(folder), *more)
    monkeypatch.setenv("UJI_FOLDER", str(folder))
    (folder / "Nilai koreksi.csv").write_text("\n".join(lines))
    (folder / "~nilai.tmp").write_text("")
    told = run("check", str(tmp_path / "uji.yaml")).output
    assert "`pattern` nilai_*.csv does not match: Nilai koreksi.csv\n" in told


def test_outside_of_the_project_the_tenant_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match="OPDBUS_TENANT_FILE"):
        app(["lint", str(tmp_path / "x.yaml")], standalone_mode=False)
