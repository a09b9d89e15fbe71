"""A made-up set of contracts on which topologies of operators run."""

import json
import shutil
import tempfile
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path

from bus.contracts import Catalog
from bus.record import Event, event_id
from bus.serde import Serde
from bus.testing.registry import MemoryRegistry
from tests.unit.pipelines.dasar import tenant

LOG = "uji.log.repartition.v1"
LAIN = "uji.lain.repartition.v1"
MASUK = "uji.masuk.fact.v1"
HASIL = "uji.hasil.fact.v1"
SIMPANAN = "uji.log.changelog.v1"
TENANT = tenant()

RECORDS = {
    "Catatan": {"isi": "string", "angka": "long"},
    "Lawan": {"isi": "string", "angka": "long"},
    "Rujukan": {"isi": "string", "angka": "long"},
    "Hasil": {"isi": "string", "angka": "long", "revisi": "int"},
    "Tersimpan": {"isi": "string", "angka": "long"},
}
_OWNERS = {
    MASUK: (("Catatan", "Lawan", "Rujukan"), ()),
    HASIL: (("Hasil",), ()),
    LOG: ((), ("Catatan", "Lawan", "Rujukan", "Hasil", "WaktuTiba", "HariBerganti")),
    LAIN: ((), ("Catatan", "Lawan", "Rujukan", "Hasil", "WaktuTiba", "HariBerganti")),
    SIMPANAN: (("Tersimpan",), ("TimerTersimpan",)),
}


@lru_cache(maxsize=1)
def katalog() -> Catalog:
    """The package's contracts with those of the made-up flow."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "schemas"
        with as_file(files("schemas")) as package:
            shutil.copytree(package, root)
        for ref, (events, carries) in _OWNERS.items():
            _contract(root, ref, events, carries)
        return Catalog.load(str(root))


@lru_cache(maxsize=1)
def serde() -> Serde:
    return Serde(katalog(), MemoryRegistry())


def _contract(
    root: Path, ref: str, events: tuple[str, ...], carries: tuple[str, ...]
) -> None:
    domain, entity, kind, _ = ref.split(".")
    folder = root / domain / entity / kind
    (folder / "v1").mkdir(parents=True)
    text = {
        "kind": kind,
        "owner": "Uji",
        "steward": "Uji",
        "purpose": "Uji",
        "legal_basis": ["Uji"],
        "key": "kunci",
        "retention_days": 30 if kind == "fact" else None,
        "events": events,
        "carries": carries,
    }
    (folder / "contract.yaml").write_text(json.dumps(text))
    for name in events:
        schema = {
            "type": "record",
            "name": name,
            "namespace": "id.go.pemda.uji",
            "fields": [
                {"name": field, "type": kind_, "pribadi": "publik"}
                for field, kind_ in RECORDS[name].items()
            ],
        }
        (folder / "v1" / f"{name}.avsc").write_text(json.dumps(schema))


def catatan(
    key: str, isi: str = "", angka: int = 0, waktu: int = 0, jenis: str = "Catatan"
) -> Event:
    """One record; its id follows from all that it says."""
    return Event(
        type=jenis,
        key=key,
        value={"isi": isi, "angka": angka},
        id=event_id("uji", jenis, key, isi, str(angka), str(waktu)),
        source="/k3325/uji",
        time_ms=waktu,
        classification="PUBLIK",
    )
