"""`opdbus connector new` on a captured body: the app that posts it gets a file."""

import json
from pathlib import Path
from typing import Any

import pytest

from bus.connect.files.connector import load_connector
from bus.errors import ConfigError
from bus.testing.clock import ManualClock
from connectors.webhook.survey import BodySurveyor
from ops.wiring import SOURCES
from tests.conformance.workshop import CATALOG, RULES
from tests.unit.proposal.test_new import made, run

NIB = {
    "dataNIB": {
        "nib": "9120001230005",
        "oss_id": "P-5",
        "tgl_terbit_nib": "2026-03-02",
        "skala_usaha": "01",
        "kd_daerah": "3325000000",
        "data_proyek": [
            {"id_proyek": f"R-5-{n}", "kbli": f"4711{n}"} for n in range(3)
        ],
    }
}


def body(folder: Path, found: Any) -> str:
    path = folder / "contoh.json"
    path.write_text(json.dumps(found), encoding="utf-8")
    return str(path)


def test_a_body_becomes_a_file_that_takes_such_posts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = body(tmp_path, NIB)
    text = made(tmp_path, "oss", "--from", address, "--table", "dataNIB.data_proyek")
    for line in (
        "kind: webhook",
        'auth: {by: hmac, secrets: {oss: "${OSS_SECRET}"}}',
        'path: "/oss/data-proyek"',
        'rows: "dataNIB.data_proyek"',
        "peristiwa: NibDiterima",
        'nib: "dataNIB.nib"',
        'kbli: "dataNIB.data_proyek.kbli"',
        "tgl_terbit_nib: {dari:",
    ):
        assert line in text, line
    assert "mode:" not in text
    assert "R-5-" not in text, "nothing of the sample's rows"
    file = tmp_path / "oss.yaml"
    assert run("lint", str(file)).exit_code == 0
    assert "1 row, 0 failed" in run("test", str(file)).output
    monkeypatch.setenv("OSS_SECRET", "rahasia uji yang panjang")
    connector = load_connector(file, SOURCES, CATALOG, RULES)
    rows = connector.door(ManualClock(), "Asia/Jakarta").rows(json.dumps(NIB).encode())
    at = rows.columns.index("dataNIB.data_proyek.id_proyek")
    assert [row[at] for row in rows.rows] == ["R-5-0", "R-5-1", "R-5-2"]


@pytest.mark.parametrize(
    ("found", "tables"),
    [
        (NIB, [("kiriman", 1), ("dataNIB.data_proyek", 3)]),
        ([{"a": 1}, {"a": 2}], [("kiriman", 2)]),
        ({"a": {"b": 1}}, [("kiriman", 1)]),
    ],
    ids=["list inside", "list", "object"],
)
def test_lists_are_offered(tmp_path: Path, found: Any, tables: Any) -> None:
    surveyor = BodySurveyor(body(tmp_path, found), "uji")
    assert surveyor.names() == tables
    for name, count in tables:
        assert len(surveyor.look(name, 10).rows) == count


def test_numbers_keep_their_digits(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"nik": 3325014501589001, "nilai": 1.10}', encoding="utf-8")
    table = BodySurveyor(str(path), "uji").look("kiriman", 5)
    assert table.rows == [(3325014501589001, "1.10")]


@pytest.mark.parametrize("text", ["{", "17", "[1, 2]"], ids=["half", "number", "list"])
def test_what_holds_no_rows_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"a\.json"):
        BodySurveyor(str(path), "uji").look("kiriman", 5)
