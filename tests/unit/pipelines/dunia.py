"""A small Pemda for tests: runs source events through the topology of F1."""

from bus.record import Event, Value
from bus.streams.pipelines.santunan import topology
from bus.testing.topology_driver import TopologyDriver
from tests.unit.pipelines.dasar import (
    DESA,
    JUTA,
    MUTU,
    RESERVASI,
    SANTUNAN,
    Masukan,
    hari,
    katalog,
    kk,
    kunci,
    orang,
    serde,
    subjek,
    tenant,
)
from tests.unit.pipelines.kabar import akta, kematian, kematian_batal, penduduk, pindah
from tests.unit.pipelines.kantor import (
    anggaran,
    cair,
    kelayakan,
    pengajuan,
    tarik,
)

__all__ = [
    "DESA",
    "JUTA",
    "Dunia",
    "Masukan",
    "akta",
    "anggaran",
    "cair",
    "hari",
    "katalog",
    "kelayakan",
    "kematian",
    "kematian_batal",
    "kk",
    "kunci",
    "orang",
    "penduduk",
    "pengajuan",
    "pindah",
    "subjek",
    "tarik",
    "tenant",
]


class Dunia(TopologyDriver):
    """The topology of F1 with words for what tests ask."""

    def __init__(self, *masukan: Masukan, batch: int = 1000, **aturan: object) -> None:
        pemda = tenant(**aturan)
        alur = topology(pemda)
        super().__init__(alur, katalog(), pemda, batch=batch, serde=serde())
        self.masuk(*masukan)

    def masuk(self, *masukan: Masukan) -> None:
        for ref, event in masukan:
            self.pipe(ref, event)
        assert self.gagal() == []

    def klaim(self, siapa: Value) -> Value:
        found = self.state("santunan.klaim", "klaim", siapa["subjek_id"])
        assert found is not None
        return found

    def status(self, siapa: Value) -> tuple[str, str | None]:
        klaim = self.klaim(siapa)
        return klaim["status"], klaim["kode"]

    def terbit(self, *jenis: str) -> list[Event]:
        """Decisions of the bus, not the source's own events."""
        return [
            e
            for e in self.read(SANTUNAN)
            if e.source.endswith("santunan.klaim") and (not jenis or e.type in jenis)
        ]

    def jenis(self) -> list[str]:
        return [e.type for e in self.terbit()]

    def temuan(self) -> list[tuple[str, str]]:
        return [
            (e.value["aturan_id"], e.value["penerima"])
            for e in self.read(MUTU)
            if e.value
        ]

    def reservasi(self) -> list[str]:
        return [e.type for e in self.read(RESERVASI)]

    def gagal(self) -> list[Value]:
        return [
            self.serde.decode(r.value)[1]
            for (topic, _), log in self.logs.items()
            if "deadletter" in topic
            for r in log
        ]
