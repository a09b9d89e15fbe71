"""The example connectors over the simulated stores: what they reject was planted."""

from collections import Counter
from pathlib import Path

import pytest

from bus.clock import SystemClock
from bus.connect.files.connector import load_connector
from bus.connect.mapping.rule_book import RuleBook
from bus.contracts import Catalog
from bus.errors import RowError
from bus.privacy.subject import SubjectIds
from connectors import csv, excel, sql

FOLDER = Path(__file__).parents[3] / "ops" / "examples" / "batang" / "connectors"
SPECS = {spec.kind: spec for spec in (csv.SPEC, excel.SPEC, sql.SPEC)}


class Later(SystemClock):
    """An hour from now: every file has settled."""

    def now_ms(self) -> int:
        return super().now_ms() + 3_600_000


class Read:
    """What one connector makes of its store."""

    def __init__(self, name: str) -> None:
        rules = RuleBook(SubjectIds(b"0" * 32), {"zona": "Asia/Jakarta"})
        connector = load_connector(FOLDER / name, SPECS, Catalog.load(), rules)
        self.rows = 0
        self.values: dict[str, list[dict]] = {}
        self.keys: Counter[str] = Counter()
        self.rejects: Counter[str] = Counter()
        source = connector.open(Later())
        cursor, idle = None, False
        while not idle:
            batch = source.poll(cursor)
            cursor, idle = batch.cursor, batch.next_poll_seconds > 0
            assert not batch.unreadable
            for row in batch.rows:
                self.rows += 1
                self._one(connector.compiled, row)
        source.close()

    def _one(self, compiled, row) -> None:
        try:
            made = compiled.map_row(row, compiled.ref_of(row))
        except RowError as error:
            self.rejects[error.code] += 1
            return
        for _, event_type, key, value, *_ in made:
            self.keys[key] += 1
            self.values.setdefault(event_type, []).append(value)


@pytest.fixture(scope="module")
def stores(folder, made):
    patch = pytest.MonkeyPatch()
    for name in ("siak", "dinsos", "bpkad"):
        patch.setenv(name.upper(), str(folder / name))
    patch.setenv("DESA_URL", f"sqlite:///{folder / 'desa' / 'opensid.db'}")
    patch.setenv("ESAKTI_URL", f"sqlite:///{folder / 'esakti' / 'esakti.db'}")
    yield made
    patch.undo()


def test_residents_of_the_registry(stores):
    found = Read("siak-penduduk.yaml")
    assert found.rows == stores.rows["siak"]["penduduk"] == len(found.keys)
    assert not found.rejects


def test_certificates(stores):
    found = Read("siak-kematian.yaml")
    count = stores.rows["siak"]["kematian"]
    assert len(found.values["AktaKematianTerbit"]) == count
    assert not found.rejects


def test_villagers(stores):
    found = Read("desa-penduduk.yaml")
    assert found.rows == stores.rows["desa"]["tweb_penduduk"] == len(found.keys)
    assert not found.rejects
    doubles = Counter(
        value["orang"]["nik"]
        for value in found.values["WargaDesaDimutakhirkan"]
        if value["orang"]["nik"]
    )
    twice = sum(1 for count in doubles.values() if count > 1)
    assert twice == stores.faults["desa_ganda"]


def test_journal_of_the_villages(stores):
    found = Read("desa-peristiwa.yaml")
    events = sum(map(len, found.values.values()))
    assert found.rows == stores.rows["desa"]["log_penduduk"]
    assert events + found.rejects.total() == found.rows
    # Who has only a village-made NIK cannot move: nobody elsewhere knows the number.
    assert set(found.rejects) <= {"WAJIB_KOSONG"}
    deaths = found.values["KematianDilaporkan"]
    assert len(deaths) == stores.rows["desa"]["log_surat"]
    assert all(value["no_surat"] for value in deaths)


def test_claims(stores):
    found = Read("esakti-santunan.yaml")
    drafts = stores.claims.get("0", 0)
    assert found.rows == stores.rows["esakti"]["tb_santunan"] - drafts
    assert sum(map(len, found.values.values())) + found.rejects.total() == found.rows
    assert found.rejects["NIK_PANJANG"] == stores.faults.get("esakti_nik_15", 0)
    assert all(value["tgl_meninggal"] for value in found.values["SantunanDiajukan"])


def test_poverty_register(stores):
    found = Read("dinsos-dtsen.yaml")
    assert found.rows == sum(stores.rows["dinsos"].values())
    rounded = stores.faults.get("dinsos_kk_bulat", 0)
    assert found.rejects == ({"NO_KK_RUSAK_EXCEL": rounded} if rounded else {})


def test_budget(stores):
    found = Read("bpkad-anggaran.yaml")
    assert found.rows == sum(stores.rows["bpkad"].values()) == len(found.keys)
    assert not found.rejects
    assert all(
        len(value["kode_sub_giat"].rpartition(".")[2]) == 4
        for value in found.values["AnggaranDitetapkan"]
    )


def test_one_person_has_one_key_in_all_apps(stores):
    residents = Read("siak-penduduk.yaml").keys
    dead = Read("siak-kematian.yaml").keys
    reported = Read("desa-peristiwa.yaml").keys
    assert set(dead) <= set(residents)
    assert len(set(reported) & set(residents)) > 0.95 * len(reported)
