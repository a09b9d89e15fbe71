"""A small Pemda for tests of flow F4: its rows of plan, budget and spending."""

from datetime import date
from decimal import Decimal

from bus.config.tenant import SantunanRule, SelisihRule, Tenant
from bus.record import Event, Value, event_id
from bus.streams.pipelines.selisih import topology
from bus.testing.topology_driver import TopologyDriver
from tests.unit.pipelines.dasar import Masukan, hari, katalog, saat, serde

RENCANA = "keuangan.rencana.state.v1"
ANGGARAN = "keuangan.anggaran.state.v1"
REALISASI = "keuangan.realisasi.fact.v1"
SELISIH = "keuangan.selisih.state.v1"
PENGAMBILAN = "keuangan.pengambilan.fact.v1"
PETA = "ref.petakode.state.v1"

SKPD = "1.06.0.00.0.00.01.0000"
GIAT = "1.06.04.2.01.0003"
AKUN, AKUN_LAIN = "5.1.02.02.01.0036", "5.1.02.01.01.0024"
KUNCI = f"2026|{SKPD}|{GIAT}"
HARI_INI = hari("2026-05-10")
JUTA = Decimal("1000000.00")
TENANG, TAHAN, TANDA = 2_000, 600_000, 20_000


def aturan(**lain: object) -> SelisihRule:
    return SelisihRule.model_validate(
        {
            "versi": "uji-f4",
            "tenang_detik": TENANG // 1000,
            "tunda_terlama_detik": 30,
            "tahan_detik": TAHAN // 1000,
            "tanda_tenang_detik": TANDA // 1000,
            **lain,
        }
    )


def _event(
    ref: str, jenis: str, key: str, value: Value, operasi: str, waktu: int
) -> Masukan:
    isi = repr(sorted(value.items(), key=str))
    event = Event(
        type=jenis,
        key=key,
        value=value,
        id=event_id("uji", jenis, key, isi, operasi, str(waktu)),
        source="/k3325/uji",
        time_ms=waktu,
        operation=operasi,
        classification="INTERNAL",
    )
    return ref, event


def _ekor(ref: str, waktu: int) -> Value:
    return {"dicatat_pada": waktu, "sumber_ref": ref, "mutu": []}


def rencana(
    juta: float,
    *,
    tahap: str = "RKPD",
    versi: int = 1,
    status: str = "TEPAT_WAKTU",
    tahun: int = 2026,
    skpd: str = SKPD,
    giat: str = GIAT,
    operasi: str = "DIBUAT",
    pada: str = "2025-08-15",
) -> Masukan:
    ref = f"eplanning|renja|{tahun}|{skpd}|{giat}|{tahap}|{versi}"
    value = {
        "tahun": tahun,
        "kode_skpd": skpd,
        "kode_sub_giat": giat,
        "nama": "Pembinaan",
        "pagu": Decimal(str(juta)) * JUTA,
        "tahap": tahap,
        "versi": versi,
        "status": status,
        "program_rpjmd": None,
        "indikator": [],
        **_ekor(ref, saat(pada)),
    }
    key = f"{tahun}|{skpd}|{giat}"
    return _event(RENCANA, "RencanaDitetapkan", key, value, operasi, saat(pada))


def anggaran(
    juta: float,
    *,
    akun: str = AKUN,
    tahap: str = "MURNI",
    versi: int = 1,
    murni: float | None = None,
    kas: float | None = None,
    tahun: int = 2026,
    skpd: str = SKPD,
    giat: str = GIAT,
    operasi: str = "DIBUAT",
    pada: str = "2026-01-02",
    sumber: str = "",
) -> Masukan:
    """One budget line; `kas` is the cash plan of each month, in millions."""
    ref = sumber or f"sipd|rka|{tahun}|{skpd}|{giat}|{akun}|{tahap}|{versi}"
    value = {
        "tahun": tahun,
        "kode_skpd": skpd,
        "kode_sub_skpd": None,
        "kode_sub_giat": giat,
        "kode_akun": akun,
        "nama": "Pembinaan",
        "sumber_dana": None,
        "pagu": Decimal(str(juta)) * JUTA,
        "pagu_murni": None if murni is None else Decimal(str(murni)) * JUTA,
        "kas_bulanan": [] if kas is None else [Decimal(str(kas)) * JUTA] * 12,
        "tahap": tahap,
        "versi": versi,
        **_ekor(ref, saat(pada)),
    }
    key = f"{tahun}|{skpd}|{giat}|{akun}"
    return _event(ANGGARAN, "AnggaranDitetapkan", key, value, operasi, saat(pada))


def bayar(
    juta: float,
    nomor: str = "1",
    *,
    jenis: str = "LS",
    akun: str = AKUN,
    tgl: str = "2026-04-10",
    tahun: int = 2026,
    skpd: str = SKPD,
    giat: str = GIAT,
    operasi: str = "DIBUAT",
) -> Masukan:
    value = {
        "nomor": f"SP2D/{nomor}",
        "tgl": hari(tgl),
        "jenis": jenis,
        "tahun": tahun,
        "kode_skpd": skpd,
        "kode_sub_skpd": None,
        "kode_sub_giat": giat,
        "kode_akun": akun,
        "jumlah": Decimal(str(juta)) * JUTA,
        "pihak_ref": None,
        **_ekor(f"sipd|sp2d|{nomor}", saat(tgl)),
    }
    key = f"{tahun}|{skpd}|{giat}|{akun}"
    return _event(REALISASI, "RealisasiDicatat", key, value, operasi, saat(tgl))


def peta(
    jenis: str,
    lama: str,
    baru: str,
    *,
    dari: str | None = None,
    sampai: str | None = None,
    operasi: str = "DIBUAT",
) -> Masukan:
    value = {
        "jenis": jenis,
        "kode_lama": lama,
        "kode_baru": baru,
        "berlaku_dari": None if dari is None else hari(dari),
        "berlaku_sampai": None if sampai is None else hari(sampai),
        "keterangan": None,
        **_ekor(f"sipd|peta|{jenis}|{lama}", saat("2026-01-01")),
    }
    key = f"{jenis}|{lama}"
    waktu = saat("2026-01-01")
    return _event(PETA, "PemetaanKodeDitetapkan", key, value, operasi, waktu)


def tanda(jenis: str, nomor: str = "1", skpd: str = SKPD, tahun: int = 2026) -> Masukan:
    """`Dimulai` or `Selesai`."""
    value = {
        "pengambilan_id": nomor,
        "tahun": tahun,
        "kode_skpd": skpd,
        "objek": "ANGGARAN",
        "waktu": None,
        "jumlah_baris": None,
        **_ekor(f"sipd|pengambilan|{nomor}", saat("2026-05-10")),
    }
    key = f"{tahun}|{skpd}"
    return _event(
        PENGAMBILAN, f"Pengambilan{jenis}", key, value, "DIBUAT", saat("2026-05-10")
    )


class Dunia(TopologyDriver):
    """The topology of F4 with words for what tests ask.

    The clock begins at noon of `HARI_INI`, which every partition was told.
    """

    def __init__(
        self,
        *masukan: Masukan,
        hari_ini: int | None = HARI_INI,
        batch: int = 1000,
        **lain: object,
    ) -> None:
        santunan = SantunanRule(versi="uji-1")
        pemda = Tenant(
            id="k3325",
            kode="33.25",
            nama="Uji",
            santunan=santunan,
            selisih=aturan(**lain),
        )
        super().__init__(topology(pemda), katalog(), pemda, batch=batch, serde=serde())
        self.clock.advance(saat("2026-05-10") / 1000 - self.clock.now_ms() / 1000)
        if hari_ini is not None:
            self.tick(hari_ini)
        self.masuk(*masukan)

    def masuk(self, *masukan: Masukan, tunggu: int = 2 * TENANG + 1000) -> None:
        """Write events at once, run, and let so many ms pass."""
        for ref, event in masukan:
            self.write(ref, event)
        self.run()
        self.advance(tunggu)
        assert self.gagal() == []

    def ganti_hari(self, teks: str) -> None:
        """The next day that the engine tells, and time for judgement."""
        self.tick((date.fromisoformat(teks) - date(1970, 1, 1)).days)
        self.advance(2 * TENANG + 1000)
        assert self.gagal() == []

    def temuan(self) -> list[Value]:
        """Everything published, in the order of writing within a key."""
        return [e.value for e in self.read(SELISIH) if e.value]

    def terbuka(self) -> dict[tuple[str, str], Value]:
        """(kind, key) → finding as it stands, those that are open."""
        kini = {(v["jenis"], v["kunci"]): v for v in self.temuan()}
        return {k: v for k, v in kini.items() if v["status"] == "TERBUKA"}

    def jenis(self) -> list[str]:
        return sorted(jenis for jenis, _ in self.terbuka())

    def kisah(self) -> list[tuple[str, str]]:
        """Kind and state of everything published."""
        return [(v["jenis"], v["status"]) for v in self.temuan()]

    def gagal(self) -> list[Value]:
        return [
            self.serde.decode(r.value)[1]
            for (topic, _), log in self.logs.items()
            if "deadletter" in topic
            for r in log
        ]
