"""The examples of REST apps read apps that answer as theirs do."""

from pathlib import Path
from typing import Any

import pytest

from bus.connect.files.connector import load_connector
from bus.testing.clock import ManualClock
from ops.wiring import SOURCES
from tests.conformance.workshop import CATALOG, RULES, Run, nik
from tests.fixtures.rest_app import RestApp
from tests.integration.rest.office import NOW_MS, OPENED

FOLDER = Path("ops/examples/legacy")
LONGEST_PAUSE = 2.5
"""Seconds between two requests of an example; longer is between two passes."""


def run_of(name: str) -> Run:
    connector = load_connector(FOLDER / f"{name}.yaml", SOURCES, CATALOG, RULES)
    OPENED.append(Run(connector, ManualClock(NOW_MS)))
    return OPENED[-1]


def read_all(run: Run) -> list[dict[str, Any]]:
    """Until it rests, limits of the app put aside."""
    for _ in range(50):
        if run.step() > LONGEST_PAUSE:
            break
    return [dict(made.value) for made in run.events]


def test_siak(
    rest_app: RestApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = tmp_path / "nik.csv"
    keys.write_text(f"NIK;NAMA\n{nik(1)};A\n{nik(2)};B\n", encoding="utf-8")
    monkeypatch.setenv("DUKCAPIL_URL", f"{rest_app.url}/warga")
    monkeypatch.setenv("DUKCAPIL_USER", "batang")
    monkeypatch.setenv("DUKCAPIL_PASSWORD", "rahasia")
    monkeypatch.setenv("NIK_LIST", str(keys))
    row = {
        "nik": nik(1),
        "NIK": int(nik(1)),
        "NO_KK": 3325010101109001,
        "NAMA_LGKP": "SUMINAH",
        "TGL_LHR": "1958-01-05",
        "JENIS_KLMIN": "P",
        "STAT_HBKEL": 3,
        "NO_PROP": 33,
        "NO_KAB": 25,
        "NO_KEC": 1,
        "NO_KEL": 2001,
        "NO_RT": 4,
    }
    missing = {"content": [{"RESPON": "Data Tidak Ditemukan"}], "lastPage": True}
    rest_app.holds([row], shape={"content": "$items"}, missing=missing)
    run = run_of("b-siak-layanan")
    (found,) = read_all(run)
    assert found["orang"]["nik"] == nik(1)
    assert found["no_kk"] == "3325010101109001"
    assert found["alamat"]["kode_desa"] == "33.25.01.2001"
    assert run.refused == []


def test_lapor(rest_app: RestApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAPOR_URL", f"{rest_app.url}/laporan")
    monkeypatch.setenv("LAPOR_TOKEN_URL", f"{rest_app.url}/token")
    monkeypatch.setenv("LAPOR_CLIENT", "id")
    monkeypatch.setenv("LAPOR_SECRET", "rahasia")
    rows = [
        {
            "tracking_id": 8812345 + number,
            "klasifikasi": "PENGADUAN",
            "kategori": "Jalan",
            "judul": "Jalan rusak",
            "isi": "Berlubang",
            "lokasi": {"lat": -6.981, "lng": 109.85},
            "anonim": True,
            "rahasia": False,
            "created_at": "2026-03-01T08:00:00+07:00",
            "updated_at": f"2026-03-01T08:{number % 60:02d}:00+07:00",
        }
        for number in range(150)
    ]
    shape = {"success": True, "data": "$items", "meta": {"total": "$total"}}
    names = {"per_page": "size", "updated_since": "later"}
    rest_app.holds(rows, shape=shape, names=names, page="page", auth="nobody")
    found = read_all(run_of("j-lapor"))
    assert len({each["laporan_id"] for each in found}) == len(found) == 150
    place = found[0]["lokasi"]
    assert (place["lat_e6"], place["lng_e6"]) == (-6_981_000, 109_850_000)


def test_sipd(rest_app: RestApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIPD_URL", f"{rest_app.url}/sub_giat")
    monkeypatch.setenv("SIPD_KEY", "kunci-sipd")
    rows = [
        {
            "id_sub_bl": number,
            "tahun": 2026,
            "kode_skpd": "1.06.0.00.0.00.01.0000",
            "kode_sub_giat": f"1.06.05.2.02.{number:04d}",
            "nama_sub_giat": "Bantuan Sosial",
            "pagu": 750_000_000.5,
        }
        for number in range(1, 13)
    ]
    shape = {"code": 200, "result": {"data": "$items", "total": "$total"}}
    names = {"start": "offset", "length": "size"}
    rest_app.holds(
        rows, shape=shape, names=names, page="offset", cap=5, auth="kunci-sipd"
    )
    run = run_of("e-sipd-rencana")
    found = read_all(run)
    assert len({each["kode_sub_giat"] for each in found}) == len(found) == 12
    assert str(found[0]["pagu"]) == "750000000.50"
    assert run.refused == []
