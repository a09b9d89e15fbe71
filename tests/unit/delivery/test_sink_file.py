"""Sink files: what is refused, all problems at once, and how fields are written."""

from decimal import Decimal
from pathlib import Path

import pytest

from bus.connect.delivery.plan import compile_plan
from bus.connect.files.sink_file import read_sink
from bus.errors import ConfigError
from bus.record import Event, Value
from tests.unit.delivery.stage import CATALOG, TENANT, WIB, plan_from

EXAMPLES = [
    *sorted(Path("ops/examples/batang/sinks").glob("*.yaml")),
    *sorted(Path("ops/examples/receivers").glob("*.yaml")),
]
HEAD = """
connector: uji
kind: sql-inbox
app: esakti
topics: [sosial.santunan.fact.v1]
"""


def person(number: int) -> Value:
    return {
        "subjek_id": f"s{number}",
        "nik": f"332512450158000{number}",
        "nama": "SUMINAH BINTI KARTO",
        "tgl_lahir": -4378,
        "jk": "P",
    }


def prefilled() -> Event:
    value = {
        "klaim_id": "s1-K",
        "almarhum": person(1),
        "no_kk": None,
        "kk_id": None,
        "tgl_meninggal": 20512,
        "kode_desa": "33.25.12.2003",
        "no_surat": None,
        "calon_ahli_waris": [
            {"orang": person(2), "hubungan": "ANAK", "urutan": 1, "wali": None}
        ],
        "kelayakan": None,
        "aturan_versi": "v1",
        "dasar": ["a", "b"],
        "mutu": [],
    }
    return Event("SantunanDisiapkan", "s1", value, "e1", "/k3325/x", 1_772_409_600_123)


def rendered(tmp_path: Path, field: str, event: Event | None = None) -> object:
    event = event or prefilled()
    text = f"{HEAD}mapping: {{{event.type}: {{isi: {{x: {field}}}}}}}"
    return plan_from(text, tmp_path).events[event.type].render(event)["x"]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        pytest.param("almarhum.nama", "SUMINAH BINTI KARTO", id="text"),
        pytest.param("tgl_meninggal", "2026-02-28", id="date"),
        pytest.param("almarhum.tgl_lahir", "1958-01-06", id="date before 1970"),
        pytest.param(
            '{field: tgl_meninggal, format: "%d-%m-%Y"}', "28-02-2026", id="pattern"
        ),
        pytest.param("no_kk", None, id="null"),
        pytest.param("kelayakan.periode", None, id="below null"),
        pytest.param("calon_ahli_waris.0.orang.subjek_id", "s2", id="in a list"),
        pytest.param("calon_ahli_waris.3.orang.nama", None, id="behind a list"),
        pytest.param("calon_ahli_waris.0.wali.nama", None, id="null in a list"),
        pytest.param("dasar", ["a", "b"], id="list"),
        pytest.param('{field: kode_desa, remove: "."}', "3325122003", id="remove"),
        pytest.param("{field: almarhum.nik, mask: nik}", "33**********0001", id="mask"),
        pytest.param("{constant: bus}", "bus", id="constant"),
        pytest.param("$id", "e1", id="id"),
        pytest.param("$time", "2026-03-02T00:00:00.123Z", id="time"),
        pytest.param(
            "{field: $type, values: {SantunanDisiapkan: '0'}}", "0", id="code"
        ),
        pytest.param("{field: kode_desa, values: {a: b}}", "33.25.12.2003", id="other"),
    ],
)
def test_field_forms(tmp_path: Path, field: str, expected: object) -> None:
    assert rendered(tmp_path, field) == expected


def test_whole_record_is_written_by_its_schema(tmp_path: Path) -> None:
    (heir,) = rendered(tmp_path, "calon_ahli_waris")  # type: ignore[misc]
    assert heir["orang"]["tgl_lahir"] == "1958-01-06"
    assert heir["wali"] is None


def test_money_is_plain_text(tmp_path: Path) -> None:
    value = {"jumlah": Decimal("1000000.00"), "dicatat_pada": 1_772_409_600_000}
    event = Event("SantunanDisetujui", "s1", value, "e1", "/k3325/x", 0)
    assert rendered(tmp_path, "jumlah", event) == "1000000.00"
    assert rendered(tmp_path, "dicatat_pada", event) == "2026-03-02T07:00:00+07:00"


def test_all_problems_are_named_at_once(tmp_path: Path) -> None:
    text = HEAD + (
        "event_types: [SantunanDisiapkan, MutuDataDitemukan, SantunanDitolak]\n"
        "mapping:\n"
        "  SantunanDisiapkan: {isi: {a: almarhum.nikk, b: $tipe, c: kode_desa.x}}\n"
        "  MutuDataDitemukan: {isi: {a: pesan}}\n"
    )
    with pytest.raises(ConfigError) as failure:
        plan_from(text, tmp_path)
    found = "\n".join(failure.value.problems)
    assert len(failure.value.problems) == 5
    assert "almarhum.nikk: no field 'nikk'; there are: jk, nama, nik" in found
    assert "$tipe: there are only $id" in found
    assert "kode_desa.x: nothing is below string" in found
    assert "MutuDataDitemukan is not in any of sosial.santunan.fact.v1" in found
    assert "event type SantunanDitolak has no mapping" in found


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(
            ("connector: uji", "connector: U J I"), ":2: connector", id="name"
        ),
        pytest.param(("app: esakti", "aplikasi: esakti"), ":4: aplikasi", id="key"),
        pytest.param(
            ("topics: [sosial.santunan.fact.v1]", "topics: []"), "topics", id="t"
        ),
    ],
)
def test_wrong_keys_are_named_with_their_line(
    tmp_path: Path, change: tuple[str, str], expected: str
) -> None:
    path = tmp_path / "s.yaml"
    text = HEAD + "mapping: {SantunanDitolak: {isi: {a: tgl}}}\n"
    path.write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(ConfigError) as failure:
        read_sink(path)
    assert expected in str(failure.value)


def test_unknown_contract_is_named(tmp_path: Path) -> None:
    text = HEAD.replace("santunan.fact", "santunann.fact")
    with pytest.raises(ConfigError, match="santunann"):
        plan_from(text + "mapping: {SantunanDitolak: {isi: {a: tgl}}}\n", tmp_path)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_fit_the_contracts(path: Path) -> None:
    plan = compile_plan(read_sink(path), CATALOG, TENANT, WIB)
    for event_type, events in plan.events.items():
        for example in CATALOG.event(event_type).examples:
            event = Event(event_type, "k", example.value, "i" * 32, "/k3325/x", 0)
            assert events.kind
            assert set(events.render(event)) <= set(plan.columns)


def test_there_are_examples() -> None:
    names = {path.stem for path in EXAMPLES}
    assert names >= {"esakti", "dinsos", "inspektorat", "bpkad"}
    assert names >= {"posko-insiden", "pesan-insiden", "bpkad-sftp"}
    assert names >= {"eplanning", "bappeda", "bpkad-selisih", "inspektorat-selisih"}
