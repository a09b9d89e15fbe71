"""A small Pemda with citizens who complain: runs events through the topology of F5."""

from bus.record import Value
from bus.streams.pipelines.aduan import topology
from bus.testing.topology_driver import TopologyDriver
from tests.unit.pipelines.aduan.kabar import (
    BPBD,
    DLH,
    DPU,
    LAPORAN,
    ms,
    rute,
    tenant,
    waktu,
)
from tests.unit.pipelines.dasar import Masukan, katalog, serde

STATUS, SLA = "aduan.status.state.v1", "aduan.sla.fact.v1"
INSIDEN = "trantib.insiden.fact.v1"
RUTE_DASAR = (("JALAN", "", DPU), ("BANJIR", "", BPBD), ("SAMPAH", "", DLH))


class Dunia(TopologyDriver):
    """The topology of F5 with words for what tests ask; begins Monday 07:00 WIB."""

    def __init__(
        self,
        *masukan: Masukan,
        batch: int = 1000,
        zona: str = "Asia/Jakarta",
        **aturan: object,
    ) -> None:
        pemda = tenant(zona, **aturan)
        alur = topology(pemda)
        super().__init__(alur, katalog(), pemda, batch=batch, serde=serde())
        self.masuk(*(rute(*satu) for satu in RUTE_DASAR), *masukan)

    def masuk(self, *masukan: Masukan) -> None:
        for ref, event in masukan:
            self.pipe(ref, event)
        assert self.gagal() == []

    def sampai(self, saat: str) -> None:
        """Let time pass up to a moment."""
        self.until(ms(saat))
        assert self.gagal() == []

    def pada(self, *masukan: Masukan) -> None:
        """Each event arrives when it happens."""
        for ref, event in masukan:
            self.until(max(event.time_ms, self.clock.now_ms()))
            self.masuk((ref, event))

    def status(self, nomor: str) -> Value:
        semua = [e.value for e in self.read(STATUS) if e.key == nomor and e.value]
        return semua[-1]

    def keadaan(self, nomor: str) -> str:
        return str(self.status(nomor)["status"])

    def terbit(self, jenis: str, nomor: str | None = None) -> list[Value]:
        return [
            e.value
            for e in self.read(LAPORAN)
            if e.type == jenis and e.value and nomor in {None, e.key}
        ]

    def disposisi(self, nomor: str) -> list[tuple[str, int]]:
        return [
            (v["kode_skpd"], v["percobaan"])
            for v in self.terbit("LaporanDidisposisi", nomor)
        ]

    def sla(self, nomor: str) -> list[tuple[str, str, int, str, str]]:
        """Clock, what, level, limit in WIB, operation; in the order of writing."""
        return [
            (
                e.value["jam"],
                e.type.removeprefix("Sla").upper(),
                e.value.get("level", 0),
                waktu(e.value["batas"]),
                e.operation,
            )
            for e in self.read(SLA)
            if e.key == nomor and e.value
        ]

    def tingkat(self, nomor: str) -> list[tuple[int, str, str]]:
        """Level, whom, limit of what stands of the answer clock."""
        return [
            (level, operasi, batas)
            for jam, apa, level, batas, operasi in self.sla(nomor)
            if jam == "JAWABAN" and apa == "TERLAMPAUI"
        ]

    def insiden(self, *jenis: str) -> list[Value]:
        return [
            e.value
            for e in self.read(INSIDEN)
            if e.value and (not jenis or e.type in jenis)
        ]

    def gagal(self) -> list[Value]:
        return [
            self.serde.decode(r.value)[1]
            for (topic, _), log in self.logs.items()
            if "deadletter" in topic
            for r in log
            if r.value
        ]
