"""A small Pemda for tests: builds source events and runs them through the topology."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from itertools import count

from bus.config.tenant import BudgetLine, SantunanRule, Tenant
from bus.contracts import Catalog
from bus.record import Event, Value, event_id
from bus.serde import Serde
from bus.streams.pipelines.santunan import topology
from bus.testing.registry import MemoryRegistry
from bus.testing.topology_driver import TopologyDriver

WIB = timezone(timedelta(hours=7))
SANTUNAN = "sosial.santunan.fact.v1"
PENDUDUK = "adminduk.penduduk.state.v1"
PERISTIWA = "adminduk.peristiwa.fact.v1"
KELAYAKAN = "sosial.kelayakan.state.v1"
ANGGARAN = "keuangan.anggaran.state.v1"
RESERVASI = "keuangan.reservasi.fact.v1"
MUTU = "tata.mutu.fact.v1"
DESA = "33.25.12.2003"
JUTA = Decimal("1000000.00")

Masukan = tuple[str, Event]


@lru_cache(maxsize=1)
def katalog() -> Catalog:
    return Catalog.load()


@lru_cache(maxsize=1)
def serde() -> Serde:
    """One for all worlds: compiling the schemas takes longer than most tests."""
    return Serde(katalog(), MemoryRegistry())


def hari(teks: str) -> int:
    return (date.fromisoformat(teks) - date(1970, 1, 1)).days


def saat(teks: str) -> int:
    """Noon of a day in WIB, in ms."""
    noon = datetime.fromisoformat(f"{teks}T12:00:00").replace(tzinfo=WIB)
    return int(noon.timestamp() * 1000)


_HURUF = str.maketrans("0123456789", "ghijklmnop")


def subjek(nik: str) -> str:
    return "s" + sha256(nik.encode()).hexdigest()[:25].translate(_HURUF)


def kk(no_kk: str) -> str:
    return "kk" + sha256(no_kk.encode()).hexdigest()[:24].translate(_HURUF)


def garis(tahun: int) -> BudgetLine:
    return BudgetLine(
        tahun=tahun,
        kode_skpd="5.02.0",
        kode_sub_giat="5.02.02.2.04.0009",
        kode_akun="5.3.01.01.01.0001",
    )


def kunci(tahun: int) -> str:
    g = garis(tahun)
    return f"{tahun}|{g.kode_skpd}|{g.kode_sub_giat}|{g.kode_akun}"


def tenant(**aturan: object) -> Tenant:
    santunan = SantunanRule.model_validate(
        {
            "versi": "uji-1",
            "anggaran": tuple(garis(t) for t in (2025, 2026, 2027)),
            **aturan,
        }
    )
    return Tenant(id="k3325", kode="33.25", nama="Uji", santunan=santunan)


def orang(
    nik: str | None, nama: str, lahir: str | None, jk: str = "L", id_: str = ""
) -> Value:
    return {
        "subjek_id": id_ or subjek(nik or nama),
        "nik": nik,
        "nama": nama,
        "tgl_lahir": None if lahir is None else hari(lahir),
        "jk": jk,
    }


_nomor = count(1)


def peristiwa(
    jenis: str, key: str, value: Value, ref: str, waktu: int, operasi: str = "DIBUAT"
) -> Event:
    return Event(
        type=jenis,
        key=key,
        value=value,
        id=event_id("uji", jenis, ref, repr(sorted(value.items(), key=str)), operasi),
        source=f"/k3325/{ref.split('|', maxsplit=1)[0]}",
        time_ms=waktu,
        operation=operasi,
        classification="PRIBADI_SPESIFIK",
    )


def penduduk(
    siapa: Value,
    no_kk: str,
    shdk: int,
    *,
    ibu: str | None = None,
    desa: str = DESA,
    status: str = "HIDUP",
    sejak: str | None = None,
    dicatat: str = "2025-01-05",
) -> Masukan:
    key = siapa["subjek_id"]
    nilai = {
        "orang": siapa,
        "kk_id": kk(no_kk),
        "no_kk": no_kk,
        "shdk": shdk,
        "ibu": ibu,
        "alamat": {"kode_desa": desa, "rt": "001", "rw": None, "jalan": None},
        "status_dasar": status,
        "sejak": None if sejak is None else hari(sejak),
        "dicatat_pada": saat(dicatat),
        "sumber_ref": f"siak|{key}",
        "mutu": [],
    }
    ref = f"siak|{key}"
    return PENDUDUK, peristiwa("PendudukDimutakhirkan", key, nilai, ref, saat(dicatat))


def kematian(
    siapa: Value,
    tgl: str,
    *,
    no_kk: str | None = None,
    ref: str = "opensid|log|1",
    sumber: str = "DESA",
    surat: str | None = "474.3/001",
    desa: str = DESA,
    dicatat: str = "",
    operasi: str = "DIBUAT",
) -> Masukan:
    waktu = saat(dicatat or tgl)
    nilai = {
        "almarhum": siapa,
        "kk_id": None if no_kk is None else kk(no_kk),
        "tgl_meninggal": hari(tgl),
        "tempat": "RUMAH",
        "pelapor": None,
        "hub_pelapor": None,
        "sumber": sumber,
        "no_surat": surat,
        "kode_desa": desa,
        "dicatat_pada": waktu,
        "sumber_ref": ref,
        "mutu": [],
    }
    return PERISTIWA, peristiwa(
        "KematianDilaporkan", siapa["subjek_id"], nilai, ref, waktu, operasi
    )


def akta(siapa: Value, tgl: str, terbit: str) -> Masukan:
    ref = f"siak|akta|{siapa['subjek_id']}"
    nilai = {
        "almarhum": siapa,
        "kk_id": None,
        "no_akta": "3325-KM-0001",
        "tgl_akta": hari(terbit),
        "tgl_meninggal": hari(tgl),
        "dicatat_pada": saat(terbit),
        "sumber_ref": ref,
        "mutu": [],
    }
    key = siapa["subjek_id"]
    return PERISTIWA, peristiwa("AktaKematianTerbit", key, nilai, ref, saat(terbit))


def kematian_batal(siapa: Value, dicatat: str) -> Masukan:
    ref = f"siak|batal|{siapa['subjek_id']}"
    nilai = {
        "subjek_id": siapa["subjek_id"],
        "alasan": "SALAH_ORANG",
        "no_dasar": None,
        "dicatat_pada": saat(dicatat),
        "sumber_ref": ref,
        "mutu": [],
    }
    key = siapa["subjek_id"]
    return PERISTIWA, peristiwa("KematianDibatalkan", key, nilai, ref, saat(dicatat))


def pindah(
    anggota: Sequence[Value],
    tgl: str,
    *,
    datang: bool,
    asal: str | None,
    tujuan: str | None,
    kk_baru: str | None = None,
    klasifikasi: str = "KABKOTA",
    nomor: str = "SKP/1",
    operasi: str = "DIBUAT",
) -> Masukan:
    jenis = "DatangDicatat" if datang else "PindahDiterbitkan"
    kosong = {"rt": None, "rw": None, "jalan": None}
    ref = f"siak|{jenis}|{nomor}"
    nilai = {
        "no_pindah": nomor,
        "pemohon": anggota[0]["subjek_id"],
        "anggota": [a["subjek_id"] for a in anggota],
        "asal": None if asal is None else {"kode_desa": asal, **kosong},
        "tujuan": None if tujuan is None else {"kode_desa": tujuan, **kosong},
        "klasifikasi": klasifikasi,
        "kk_lama": None,
        "kk_baru": None if kk_baru is None else kk(kk_baru),
        "tgl": hari(tgl),
        "dicatat_pada": saat(tgl),
        "sumber_ref": ref,
        "mutu": [],
    }
    key = anggota[0]["subjek_id"]
    return PERISTIWA, peristiwa(jenis, key, nilai, ref, saat(tgl), operasi)


def kelayakan(
    no_kk: str,
    desil: int | None = 2,
    *,
    periode: str = "2026-TW1",
    dari: str = "2026-01-01",
    sd: str = "2026-03-31",
    program: Sequence[str] = (),
    sumber: str = "DTSEN",
    dicatat: str = "2026-01-02",
) -> Masukan:
    ref = f"dtsen|{periode}|{kk(no_kk)}"
    nilai = {
        "kk_id": kk(no_kk),
        "periode": periode,
        "desil": desil,
        "program": list(program),
        "sumber": sumber,
        "berlaku_dari": hari(dari),
        "berlaku_sd": hari(sd),
        "dicatat_pada": saat(dicatat),
        "sumber_ref": ref,
        "mutu": [],
    }
    return KELAYAKAN, peristiwa(
        "KelayakanSosialDimutakhirkan", kk(no_kk), nilai, ref, saat(dicatat)
    )


def anggaran(
    pagu: int, *, tahun: int = 2026, tahap: str = "MURNI", versi: int = 1
) -> Masukan:
    g = garis(tahun)
    ref = f"bpkad|{kunci(tahun)}|{tahap}|{versi}"
    waktu = saat(f"{tahun}-01-02")
    nilai = {
        "tahun": tahun,
        "kode_skpd": g.kode_skpd,
        "kode_sub_giat": g.kode_sub_giat,
        "kode_akun": g.kode_akun,
        "nama": None,
        "sumber_dana": None,
        "pagu": JUTA * pagu,
        "tahap": tahap,
        "versi": versi,
        "dicatat_pada": waktu,
        "sumber_ref": ref,
        "mutu": [],
    }
    return ANGGARAN, peristiwa("AnggaranDitetapkan", kunci(tahun), nilai, ref, waktu)


def pengajuan(
    siapa: Value,
    waris: Value,
    tgl: str,
    *,
    meninggal: str | None,
    no_kk: str | None = None,
    ref: str = "esakti|tb_santunan|1",
    hubungan: str = "PASANGAN",
    surat: str | None = "474.3/001",
    akta: str | None = None,
    sktm: bool = False,
    desa: str = DESA,
    dicatat: str = "",
    operasi: str = "DIBUAT",
) -> Masukan:
    key = siapa["subjek_id"]
    waktu = saat(dicatat or tgl)
    nilai = {
        "klaim_id": f"{key}-K",
        "almarhum": siapa,
        "kk_id": None if no_kk is None else kk(no_kk),
        "tgl_meninggal": None if meninggal is None else hari(meninggal),
        "tgl_pengajuan": hari(tgl),
        "ahli_waris": waris,
        "hubungan": hubungan,
        "no_surat": surat,
        "no_akta": akta,
        "sktm": sktm,
        "kode_desa": desa,
        "lampiran": [],
        "jumlah": JUTA,
        "no_reg": "ES/" + ref.rpartition("|")[2],
        "dicatat_pada": waktu,
        "sumber_ref": ref,
        "mutu": [],
    }
    return SANTUNAN, peristiwa("SantunanDiajukan", key, nilai, ref, waktu, operasi)


def _lanjutan(
    jenis: str, siapa: Value, tgl: str, ref: str, operasi: str = "DIBUAT"
) -> Masukan:
    key = siapa["subjek_id"]
    nilai = {
        "klaim_id": f"{key}-K",
        "almarhum": key,
        "alasan_kode": None,
        "alasan": None,
        "jumlah": JUTA,
        "kunci_anggaran": None,
        "tahun_pengajuan": None,
        "tahun": None,
        "penerima": None,
        "hubungan": None,
        "no_reg": "ES/" + ref.rpartition("|")[2],
        "tingkat_cocok": None,
        "tgl": hari(tgl),
        "kode_desa": DESA,
        "petugas_ref": None,
        "kuitansi": None,
        "rekening": None,
        "aturan_versi": None,
        "dasar": [],
        "dicatat_pada": saat(tgl),
        "sumber_ref": ref,
        "mutu": [],
    }
    return SANTUNAN, peristiwa(jenis, key, nilai, ref, saat(tgl), operasi)


def cair(siapa: Value, tgl: str, ref: str = "esakti|tb_santunan|1") -> Masukan:
    return _lanjutan("SantunanDicairkan", siapa, tgl, ref)


def tarik(siapa: Value, tgl: str, ref: str = "esakti|tb_santunan|1") -> Masukan:
    return _lanjutan("SantunanDibatalkan", siapa, tgl, ref, "DIBATALKAN")


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
