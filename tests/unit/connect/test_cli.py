"""`opdbus connector`: problems with lines, masked trials, test rows, Python."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bus.errors import ConfigError
from ops.cli.connector import app
from tests.conformance.legacies import SqliteLegacy
from tests.conformance.workshop import NO_KK, nik, person

SINK = """
connector: uji-kerja
kind: csv-worklist
app: desa
topics: [tata.mutu.fact.v1]
sink:
  folder: ${UJI_FOLDER}
mapping: {MutuDataDitemukan: {isi: {pesan: pesan}}}
"""

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


def test_lint_takes_a_folder_and_tells_what_is_not_decided(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    note = "      # CHANGE THIS: the contract needs shdk and no column looks like it\n"
    text = text.replace("      shdk:", f"{note}      shdk:")
    file.write_text(text, encoding="utf-8")
    number = text[: text.index("CHANGE")].count("\n") + 1
    run = CliRunner().invoke(app, ["lint", str(file.parent)])
    assert run.exit_code == 0, run.output
    assert f"{file}:{number}: not decided yet (CHANGE THIS)" in run.output
    (file.parent / "kosong").mkdir()
    with pytest.raises(ConfigError, match="no YAML file in this folder"):
        app(["lint", str(file.parent / "kosong")], standalone_mode=False)


def test_check_tells_why_rows_would_be_rejected(file: Path) -> None:
    run = CliRunner().invoke(app, ["check", str(file)])
    assert "50% of them are rejected (NIK_PANJANG 1)" in run.output


def test_lint_counts_in_words(file: Path) -> None:
    text = file.read_text(encoding="utf-8").replace("aturan: nama", "aturan: nma")
    file.write_text(text, encoding="utf-8")
    run = CliRunner().invoke(app, ["lint", str(file)])
    assert run.output.endswith("\n1 problem\n")
    file.write_text(text.replace("tetap: 1", "tetap: satu"), encoding="utf-8")
    run = CliRunner().invoke(app, ["lint", str(file)])
    assert run.output.endswith("\n2 problems\n")


def test_lint_of_a_sink_needs_no_variables(tmp_path: Path) -> None:
    path = tmp_path / "sink.yaml"
    path.write_text(SINK, encoding="utf-8")
    run = CliRunner().invoke(app, ["lint", str(path)])
    assert run.exit_code == 0, run.output


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("folder:", "foldr:", "sink.foldr: not known here; valid: folder"),
        ("folder:", "foldr:", "sink.folder: is missing and has to be given"),
        ("  folder: ${UJI_FOLDER}", "  folder: x\n  pemisah: '|'", "sink.pemisah"),
    ],
)
def test_lint_checks_the_sink_part(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    path = tmp_path / "sink.yaml"
    path.write_text(SINK.replace(old, new), encoding="utf-8")
    run = CliRunner().invoke(app, ["lint", str(path)])
    assert run.exit_code == 1
    assert words in run.output
    assert f"{path}:" in run.output


def test_lint_tells_mistakes_of_mapping_and_sink_together(tmp_path: Path) -> None:
    path = tmp_path / "sink.yaml"
    text = SINK.replace("pesan: pesan", "pesan: pesn").replace("folder:", "foldr:")
    path.write_text(text, encoding="utf-8")
    run = CliRunner().invoke(app, ["lint", str(path)])
    assert "pesn" in run.output
    assert "sink.foldr" in run.output


def test_missing_keys_of_a_sink_hide_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "sink.yaml"
    text = SINK.replace("kind: csv-worklist", "kind: csv-worklst")
    text = text.replace("app: desa", "apps: desa")
    path.write_text(text.replace("pesan: pesan", "pesan: pesn"), encoding="utf-8")
    run = CliRunner().invoke(app, ["lint", str(path)])
    told = run.output.replace(f"{path}:", "")
    for line in (
        "2: app: is missing and has to be given\n",
        "3: unknown kind 'csv-worklst'; valid: csv-worklist, ",
        "4: apps: not known here; valid: connector, kind, app",
        "8: MutuDataDitemukan: pesn: no field 'pesn'; there are: ",
        "\n4 problems\n",
    ):
        assert line in told


@pytest.mark.parametrize("verb", ["try", "test", "show"])
def test_a_sink_can_only_be_linted(tmp_path: Path, verb: str) -> None:
    path = tmp_path / "sink.yaml"
    path.write_text(SINK, encoding="utf-8")
    run = CliRunner().invoke(app, [verb, str(path)])
    assert isinstance(run.exception, ConfigError)
    assert "this is a sink" in str(run.exception)
    assert "only `lint` applies" in str(run.exception)


def test_try_shows_references_as_they_are(file: Path) -> None:
    text = file.read_text(encoding="utf-8").replace("objek: warga", "objek: '[warga]'")
    file.write_text(text, encoding="utf-8")
    run = CliRunner().invoke(app, ["try", str(file)])
    assert "uji|[warga]|1" in run.output
    assert "rejected uji|[warga]|2: NIK_PANJANG" in run.output


def test_try_shows_events_without_persons(file: Path) -> None:
    run = CliRunner().invoke(app, ["try", str(file), "--rows", "5"])
    assert run.exit_code == 0, run.output
    assert "2 rows: 1 event, 1 rejected" in run.output
    for secret in (nik(1), NO_KK, "WARGA", "332501450158900"):
        assert secret not in run.output


def test_try_tells_of_every_row_what_becomes_of_it(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    gone = "hapus: {kolom: status, adalah: '1'}\n    kolom:"
    left_out = gone.replace("hapus: {", "bila: {").replace("'1'", "'9'")
    for more, why, counts in (
        (gone, "marked as deleted (`hapus`) and not sent before", (1, 1)),
        (left_out, "left out by its conditions", (0, 2)),
    ):
        file.write_text(text.replace("kolom:", more, 1), encoding="utf-8")
        run = CliRunner().invoke(app, ["try", str(file)])
        assert f"no event 1: {why}" in run.output
        told = "2 rows: 0 events, {} rejected, {} without event".format(*counts)
        assert told in run.output


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
