"""A made-up set of contracts on which topologies of operators run."""

import json
import shutil
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from bus.contracts import Catalog
from bus.record import Event, event_id, header
from bus.serde import Serde
from bus.streams.topology.context import Context
from bus.streams.topology.operators.row import Pair, operation_of
from bus.streams.topology.pipeline import Pipeline, Topology
from bus.testing.registry import MemoryRegistry
from bus.testing.topology_driver import TopologyDriver
from tests.unit.pipelines.dasar import tenant

LOG = "uji.log.repartition.v1"
LAIN = "uji.lain.repartition.v1"
MASUK = "uji.masuk.fact.v1"
HASIL = "uji.hasil.fact.v1"
SIMPANAN = "uji.log.changelog.v1"
SIMPANAN_LAIN = "uji.lain.changelog.v1"
TENANT = tenant()

_ISI = {"isi": "string", "angka": "long"}
RECORDS = {
    "Catatan": _ISI,
    "Lawan": _ISI,
    "Rujukan": _ISI,
    "Pindahan": _ISI,
    "Hasil": {**_ISI, "revisi": "int"},
    "Tersimpan": _ISI,
}
_EVENTS = ("Catatan", "Lawan", "Rujukan", "Pindahan")
_PLATFORM = ("WaktuTiba", "KunciDisatukan", "KelompokDiumumkan")
_LOG = ((), (*_EVENTS, "Hasil", "HariBerganti", *_PLATFORM))
_STORES = (*_EVENTS, "Hasil", "Tersimpan", "IdTerlihat", "TimerTersimpan")
_STORES += ("NomorTersimpan", "AliasTersimpan", "KelompokTersimpan")
_OWNERS = {
    MASUK: (_EVENTS, ("Hasil", "KunciDisatukan")),
    HASIL: (("Hasil",), ()),
    LOG: _LOG,
    LAIN: _LOG,
    SIMPANAN: ((), _STORES),
    SIMPANAN_LAIN: ((), _STORES),
    "uji.rekam.changelog.v1": (("Tersimpan",), ()),
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


def isi(driver: TopologyDriver) -> dict[str, bytes]:
    """Every event id anywhere with all that it stands for; no id has two contents."""
    found: dict[str, bytes] = {}
    for (topic, _), log in driver.logs.items():
        for record in log:
            head = b";".join(b"%b=%b" % (k.encode(), v) for k, v in record.headers)
            text = b"|".join(
                (topic.encode(), record.key or b"", record.value or b"", head)
            )
            name = f"{topic} {header(record.headers, 'ce_id')}"
            assert found.setdefault(name, text) == text, name
    return found


def keadaan(driver: TopologyDriver) -> dict[tuple[str, int], dict[bytes, bytes]]:
    """The state of every task."""
    return {
        (pipeline.name, partition): driver.state_bytes(pipeline.name, partition)
        for pipeline in driver.topology.pipelines
        for partition in range(driver.partitions)
    }


def meja(
    handlers: Mapping[str, Any], stores: Mapping[str, str], partitions: int = 4
) -> TopologyDriver:
    """One pipeline on the log, with a timer store if it has one called so."""
    pipeline = Pipeline(
        "uji.satu",
        LOG,
        handlers,
        stores,
        SIMPANAN,
        (HASIL, LOG, LAIN),
        "timer" if "timer" in stores else "",
    )
    topology = Topology("uji", (), (pipeline,))
    return TopologyDriver(
        topology, katalog(), TENANT, partitions=partitions, serde=serde()
    )


def hasil(item: Any, ctx: Context) -> list[Any]:
    """Last step: a pair or a frame as `Hasil`, readable in one line."""
    if isinstance(item, Pair):
        right = "-" if item.right is None else item.right.value["isi"]
        key, text, number = item.left.key, f"{item.left.value['isi']}:{right}", 0
        number = item.left.time_ms
    else:
        key, text, number = item.key, item.value["isi"], item.value["angka"]
    revision = getattr(item, "revision", 0)
    ctx.emit(
        HASIL,
        "Hasil",
        key,
        {"isi": text, "angka": number, "revisi": revision},
        operation=operation_of(revision),
    )
    return []


def terbit(driver: TopologyDriver) -> list[str]:
    """What `hasil` wrote: text, with the revision after `#` if it is one."""
    assert not [place for place in driver.logs if "deadletter" in place[0]]
    return [
        e.value["isi"] + (f"#{e.value['revisi']}" if e.value["revisi"] else "")
        for e in driver.read(HASIL)
        if e.value is not None and e.operation == operation_of(e.value["revisi"])
    ]


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
