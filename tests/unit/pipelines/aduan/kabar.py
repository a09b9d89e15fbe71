"""Tenant, moments and events for tests of flow F5."""

from datetime import datetime, timedelta, timezone

from bus.config.tenant import AduanRule, SantunanRule, Tenant
from bus.record import Event, Value, event_id
from tests.unit.pipelines.dasar import Masukan, hari

WIB = timezone(timedelta(hours=7))
LAPORAN = "aduan.laporan.fact.v1"
LIBUR, RUTE, OPD = "ref.libur.state.v1", "ref.rute.state.v1", "ref.opd.state.v1"
DESA = "33.25.12.2003"
KOMINFO, PUSAT, DPU, BPBD, DLH = "KOMINFO", "P112", "DPU", "BPBD", "DLH"
TEMPAT = (-6_953_120, 109_852_310)


def ms(teks: str) -> int:
    """`2026-03-02 10:00` in WIB, ms UTC."""
    saat = datetime.fromisoformat(teks).replace(tzinfo=WIB)
    return round(saat.timestamp() * 1000)


def waktu(saat_ms: int) -> str:
    """A moment as `2026-03-02 10:00` in WIB."""
    saat = datetime.fromtimestamp(saat_ms / 1000, WIB)
    return f"{saat:%Y-%m-%d %H:%M}"


def tenant(zona: str = "Asia/Jakarta", **aturan: object) -> Tenant:
    isi = {
        "versi": "uji-aduan-1",
        "pengelola": KOMINFO,
        "pusat_darurat": PUSAT,
        "kata_darurat": ("tenggelam", "tersengat listrik"),
        "kata_rujuk": {"narkoba": "POLRES", "putusan pengadilan": "PENGADILAN"},
        "bukti_bukan": {"logo.png"},
        **aturan,
    }
    return Tenant(
        id="k3325",
        kode="33.25",
        nama="Uji",
        zona_waktu=zona,
        santunan=SantunanRule(versi="-"),
        aduan=AduanRule.model_validate(isi),
    )


def _event(
    jenis: str, key: str, nilai: Value, ref: str, waktu: int, operasi: str = "DIBUAT"
) -> Event:
    sidik = repr(sorted(nilai.items(), key=str))
    return Event(
        type=jenis,
        key=key,
        value=nilai,
        id=event_id("uji", jenis, ref, sidik, operasi),
        source="/k3325/aduan",
        time_ms=waktu,
        operation=operasi,
        classification="PRIBADI_UMUM",
    )


def pelapor(nama: str) -> Value:
    kunci = event_id("orang", nama)[:26]
    return {
        "subjek_id": kunci,
        "nik": "3325121201909901",
        "nama": nama,
        "tgl_lahir": None,
        "jk": None,
    }


def lapor(
    nomor: str,
    saat: str,
    kategori: str | None = "JALAN",
    *,
    teks: str = "Jalan berlubang di depan sekolah",
    kanal: str = "WEB",
    siapa: Value | None = None,
    rahasia: bool = False,
    desa: str | None = DESA,
    di: tuple[int, int] | None = None,
    operasi: str = "DIBUAT",
) -> Masukan:
    waktu, ref = ms(saat), f"aduan|pengaduan|{nomor}"
    lat, lng = di or (None, None)
    nilai = {
        "laporan_id": nomor,
        "kanal": kanal,
        "klasifikasi": "PENGADUAN",
        "kategori": kategori,
        "judul": None,
        "teks": teks,
        "pelapor": siapa,
        "anonim": siapa is None and not rahasia,
        "rahasia": rahasia,
        "lokasi": {"lat_e6": lat, "lng_e6": lng, "alamat": None, "kode_desa": desa},
        "foto_hash": [],
        "waktu": waktu,
        "dicatat_pada": waktu,
        "sumber_ref": ref,
        "mutu": [],
    }
    return LAPORAN, _event("LaporanDiterima", nomor, nilai, ref, waktu, operasi)


def tindak(
    jenis: str, nomor: str, saat: str, *, operasi: str = "DIBUAT", **isi: object
) -> Masukan:
    waktu, ref = ms(saat), f"aduan|tanggapan|{nomor}|{jenis}|{saat}"
    nilai = {
        "laporan_id": nomor,
        "waktu": waktu,
        "dicatat_pada": waktu,
        "sumber_ref": ref,
        "mutu": [],
        "catatan": None,
        **isi,
    }
    return LAPORAN, _event(jenis, nomor, nilai, ref, waktu, operasi)


def verifikasi(nomor: str, saat: str, kode: str) -> Masukan:
    return tindak("LaporanDiverifikasi", nomor, saat, kode_skpd=kode, petugas_ref=None)


def jawab(
    nomor: str,
    saat: str,
    *,
    teks: str = "Lubang sudah ditambal petugas",
    bukti: tuple[str, ...] = ("tambal.jpg",),
    tahap: str = "SELESAI",
    kode: str | None = None,
    operasi: str = "DIBUAT",
) -> Masukan:
    return tindak(
        "LaporanDitindaklanjuti",
        nomor,
        saat,
        operasi=operasi,
        kode_skpd=kode,
        tahap=tahap,
        petugas_ref=None,
        catatan=teks,
        bukti_hash=list(bukti),
    )


def tunggu(nomor: str, saat: str) -> Masukan:
    return tindak(
        "LaporanMenungguPelapor", nomor, saat, kode_skpd=None, petugas_ref=None
    )


def lengkap(nomor: str, saat: str) -> Masukan:
    return tindak("LaporanDilengkapi", nomor, saat)


def kembali(nomor: str, saat: str) -> Masukan:
    isi = {"kode_skpd": None, "petugas_ref": None, "alasan_kode": "BUKAN_WEWENANG"}
    return tindak("LaporanDikembalikan", nomor, saat, **isi)


def buka(nomor: str, saat: str) -> Masukan:
    return tindak("LaporanDibukaKembali", nomor, saat)


def libur(tanggal: str, dicatat: str, *, operasi: str = "DIBUAT") -> Masukan:
    nilai = {
        "tanggal": hari(tanggal),
        "jenis": "CUTI_BERSAMA",
        "nama": "Cuti bersama",
        "dasar_hukum": None,
        "dicatat_pada": None,
        "sumber_ref": f"setda|libur|{tanggal}",
        "mutu": [],
    }
    key = str(nilai["tanggal"])
    return LIBUR, _event("LiburDitetapkan", key, nilai, tanggal, ms(dicatat), operasi)


def rute(
    kategori: str,
    wilayah: str,
    tujuan: str,
    *,
    tindakan: str = "DISPOSISI",
    dari: str | None = None,
    sampai: str | None = None,
    operasi: str = "DIBUAT",
) -> Masukan:
    nomor = f"{kategori}|{wilayah}" + (f"|{dari}" if dari else "")
    nilai = {
        "rute_id": nomor,
        "kategori": kategori,
        "kode_wilayah": wilayah or None,
        "tindakan": tindakan,
        "tujuan": tujuan,
        "berlaku_dari": hari(dari) if dari else None,
        "berlaku_sampai": hari(sampai) if sampai else None,
        "dicatat_pada": None,
        "sumber_ref": f"kominfo|rute|{nomor}",
        "mutu": [],
    }
    waktu = ms("2026-01-02 08:00")
    return RUTE, _event("RuteAduanDitetapkan", nomor, nilai, nomor, waktu, operasi)


def opd(kode: str, *, aktif: bool = True, pengganti: str | None = None) -> Masukan:
    nilai = {
        "kode_skpd": kode,
        "nama": kode,
        "singkatan": None,
        "jabatan_kepala": None,
        "aktif": aktif,
        "pengganti": pengganti,
        "dicatat_pada": None,
        "sumber_ref": f"setda|opd|{kode}",
        "mutu": [],
    }
    waktu = ms("2026-01-02 08:00")
    return OPD, _event("OpdDitetapkan", kode, nilai, kode, waktu)
