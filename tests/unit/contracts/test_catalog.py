import time
from datetime import timedelta

import pytest

from bus.contracts import Catalog
from bus.errors import ConfigError
from tests.unit.contracts.folders import FIELDS, good, record, write

TYPES = {
    "types/Orang.avsc": {
        "type": "record",
        "name": "Orang",
        "namespace": "id.go.pemda.tipe",
        "fields": [
            {"name": "nik", "type": ["null", "string"], "default": None},
            {"name": "jk", "type": "Jk", "pribadi": "publik"},
        ],
    },
    "types/Jk.avsc": {
        "type": "enum",
        "name": "Jk",
        "namespace": "id.go.pemda.tipe",
        "symbols": ["L", "P", "LAINNYA"],
        "default": "LAINNYA",
    },
}


def test_contract_and_event(tmp_path):
    catalog = Catalog.load(write(tmp_path, good()))
    contract = catalog.contract("uji.lahir.fact.v1")
    assert (contract.name, contract.kind, contract.version) == ("uji.lahir", "fact", 1)
    assert (contract.owner, contract.key) == ("Dinas Contoh", "subjek_id")
    assert contract.retention == timedelta(days=30)
    assert contract.retention_ms == 30 * 86_400_000
    assert contract.compatibility == "BACKWARD_TRANSITIVE"
    assert not contract.compacted
    assert contract.topic("k3325") == "k3325.uji.lahir.fact.v1"
    event = catalog.event("Lahir")
    assert event.fullname == "id.go.pemda.uji.Lahir"
    assert event.subject("t") == "t-id.go.pemda.uji.Lahir"
    assert event.contract == contract.ref
    assert event.versions == (event.schema,)
    assert catalog.topic_of("k3325", "Lahir") == contract.topic("k3325")


def test_loads_from_text_path(tmp_path):
    write(tmp_path, good())
    assert Catalog.load(str(tmp_path)).contracts[0].ref == "uji.lahir.fact.v1"


def test_untagged_field_is_personal(tmp_path):
    event = Catalog.load(write(tmp_path, good())).event("Lahir")
    assert dict(event.personal_fields) == {"nama": "pribadi_umum"}
    assert event.classification == "PRIBADI_UMUM"


def test_shared_types_are_inlined_once_and_classified(tmp_path):
    fields = [
        *FIELDS,
        {"name": "ibu", "type": "id.go.pemda.tipe.Orang"},
        {
            "name": "bayi",
            "type": {"type": "array", "items": "id.go.pemda.tipe.Orang"},
            "pribadi": "pribadi_spesifik",
        },
    ]
    files = good() | TYPES | {"uji/lahir/v1/Lahir.avsc": record(fields=fields)}
    event = Catalog.load(write(tmp_path, files)).event("Lahir")
    inlined = event.schema["fields"][2]["type"]
    assert inlined["name"] == "Orang"
    assert inlined["fields"][1]["type"]["symbols"] == ["L", "P", "LAINNYA"]
    assert event.schema["fields"][3]["type"]["items"] == "id.go.pemda.tipe.Orang"
    assert dict(event.personal_fields) == {
        "nama": "pribadi_umum",
        "ibu.nik": "pribadi_umum",
        "bayi.nik": "pribadi_spesifik",
        "bayi.jk": "pribadi_spesifik",
    }
    assert event.classification == "PRIBADI_SPESIFIK"


def test_recursive_type_is_walked_once(tmp_path):
    fields = [*FIELDS, {"name": "anak", "type": {"type": "array", "items": "Lahir"}}]
    files = good() | {"uji/lahir/v1/Lahir.avsc": record(fields=fields)}
    event = Catalog.load(write(tmp_path, files)).event("Lahir")
    assert [item.path for item in event.fields] == ["subjek_id", "nama"]


def test_history_gives_versions_oldest_first(tmp_path):
    second = record(fields=[*FIELDS, {"name": "b", "type": "int", "default": 0}])
    files = good() | {
        "uji/lahir/v1/history/Lahir.10.avsc": second,
        "uji/lahir/v1/history/Lahir.9.avsc": record(),
    }
    versions = Catalog.load(write(tmp_path, files)).event("Lahir").versions
    assert [len(item["fields"]) for item in versions] == [2, 3, 2]


def test_carried_events(tmp_path):
    files = good() | {
        "uji/antre/repartition/contract.yaml": "kind: repartition\nowner: bus\n"
        "purpose: antar\nkey: subjek_id\ncarries: [Lahir]\n"
    }
    catalog = Catalog.load(write(tmp_path, files))
    contract = catalog.contract("uji.antre.repartition.v1")
    assert contract.events == ()
    assert contract.event_types == ("Lahir",)
    assert contract.internal
    assert catalog.events_of(contract.ref) == (catalog.event("Lahir"),)
    assert catalog.event("Lahir").contract == "uji.lahir.fact.v1"


def test_two_kinds_of_one_entity(tmp_path):
    head = "owner: bus\npurpose: p\nkey: k\n"
    files = {
        f"uji/klaim/{kind}/contract.yaml": f"kind: {kind}\n{head}"
        for kind in ("repartition", "changelog")
    }
    refs = [item.ref for item in Catalog.load(write(tmp_path, files)).contracts]
    assert refs == ["uji.klaim.changelog.v1", "uji.klaim.repartition.v1"]


def test_unknown_names_tell_the_nearest(tmp_path):
    catalog = Catalog.load(write(tmp_path, good()))
    with pytest.raises(ConfigError, match=r"'Lahirr'.*nearest: Lahir"):
        catalog.event("Lahirr")
    with pytest.raises(ConfigError, match=r"nearest: uji\.lahir\.fact\.v1"):
        catalog.contract("uji.lahir.fact.v2")


def test_package_catalogue_loads_fast():
    Catalog.load()
    start = time.process_time()
    Catalog.load()
    assert time.process_time() - start < 0.3
