"""Stage 1, by person: registry state, moves, and who belongs to which family when."""

from functools import partial

from bus.record import DIBATALKAN, Event, Value
from bus.streams.pipelines.santunan import rujukan
from bus.streams.pipelines.santunan.aturan import Aturan
from bus.streams.pipelines.santunan.dokumen import JENIS, waktu_dari
from bus.streams.pipelines.santunan.domisili import tanggal_datang
from bus.streams.pipelines.santunan.identitas.berkas import (
    dialihkan,
    dikenali,
    dokumen,
    susun,
)
from bus.streams.pipelines.santunan.identitas.catatan import (
    CATATAN,
    PENDUDUK,
    buka,
    simpan,
)
from bus.streams.topology.context import Context
from bus.streams.topology.pipeline import Pipeline

NAMA = "santunan.identitas"
_RIWAYAT = 5
_DALAM_DAERAH = {"DESA", "KECAMATAN"}
_KEANGGOTAAN = ("orang", "kk_id", "shdk", "ibu", "kode_desa", "status", "dari")
_ISI = (*_KEANGGOTAAN, "no_kk", "sejak")


def pipeline(aturan: Aturan) -> Pipeline:
    """The identity stage."""
    surat_pindah = partial(perpindahan, aturan)
    return Pipeline(
        name=NAMA,
        source=rujukan.KE_IDENTITAS,
        handlers={
            "PendudukDimutakhirkan": partial(penduduk, aturan),
            "PindahDiterbitkan": surat_pindah,
            "DatangDicatat": surat_pindah,
            "PerpindahanDicatat": partial(pindah, aturan),
            "DokumenDikenali": partial(dikenali, aturan),
            "DokumenDialihkan": partial(dialihkan, aturan),
            **dict.fromkeys(JENIS, partial(dokumen, aturan)),
        },
        stores={PENDUDUK: "PendudukTersimpan", CATATAN: "CatatanTersimpan"},
        changelog="santunan.identitas.changelog.v1",
        sinks=(rujukan.KE_IDENTITAS, rujukan.KE_KELUARGA),
    )


def penduduk(aturan: Aturan, event: Event, ctx: Context) -> None:
    """A person's registry state; the busiest handler of all: one read, one write."""
    nilai = event.value
    if nilai is None:
        return
    lama = ctx.get(PENDUDUK, event.key)
    perlu = lama is None or lama["bercatatan"]
    catatan = ctx.get(CATATAN, event.key) if perlu else None
    baru = _rekam(aturan, event, nilai, lama, catatan)
    if lama is not None and all(lama[nama] == baru[nama] for nama in _ISI):
        return
    ctx.put(PENDUDUK, event.key, baru)
    _kabari_keluarga(lama, baru, ctx)
    if catatan is not None:
        susun(aturan, event.key, baru, catatan, ctx)


def _rekam(
    aturan: Aturan,
    event: Event,
    nilai: Value,
    lama: Value | None,
    catatan: Value | None,
) -> Value:
    kk_id = nilai["kk_id"]
    datang = tanggal_datang(kk_id, catatan["pindah"]) if catatan else None
    riwayat: list[Value] = [] if lama is None else lama["riwayat"]
    dari = datang
    if lama is not None and lama["kk_id"] == kk_id:
        dari = lama["dari"] if datang is None else datang
    elif lama is not None:
        if dari is None:
            dari = nilai["sejak"]
        if dari is None:
            dari = aturan.hari(waktu_dari(event, nilai))
        keluar = {"kk_id": lama["kk_id"], "dari": lama["dari"], "sampai": dari}
        riwayat = [*riwayat[1 - _RIWAYAT :], keluar]
    return {
        "orang": nilai["orang"],
        "no_kk": nilai["no_kk"],
        "kk_id": kk_id,
        "shdk": nilai["shdk"],
        "ibu": nilai["ibu"],
        "kode_desa": nilai["alamat"]["kode_desa"],
        "status": nilai["status_dasar"],
        "sejak": nilai["sejak"],
        "dari": dari,
        "riwayat": riwayat,
        "bercatatan": catatan is not None,
        "event_id": event.id,
    }


def _kabari_keluarga(lama: Value | None, baru: Value, ctx: Context) -> None:
    """Tell the family what changed; on a change of family, the old one too."""
    if lama is not None:
        if lama["kk_id"] != baru["kk_id"]:
            ctx.emit(
                rujukan.KE_KELUARGA,
                "AnggotaKeluar",
                lama["kk_id"],
                {"subjek_id": baru["orang"]["subjek_id"], "sampai": baru["dari"]},
            )
        elif all(lama[nama] == baru[nama] for nama in _KEANGGOTAAN):
            return
    ctx.emit(
        rujukan.KE_KELUARGA,
        "AnggotaDimutakhirkan",
        baru["kk_id"],
        {
            "orang": baru["orang"],
            "shdk": baru["shdk"],
            "ibu": baru["ibu"],
            "kode_desa": baru["kode_desa"],
            "status": baru["status"],
            "dari": baru["dari"],
        },
    )


def perpindahan(aturan: Aturan, event: Event, ctx: Context) -> None:
    """A moving letter of a family becomes one record per member."""
    nilai = event.value
    if nilai is None:
        return
    asal, tujuan = _desa(nilai["asal"]), _desa(nilai["tujuan"])
    if nilai["klasifikasi"] in _DALAM_DAERAH:
        asal, tujuan = asal or tujuan, tujuan or asal
    jenis = "PINDAH" if event.type == "PindahDiterbitkan" else "DATANG"
    for anggota in nilai["anggota"] or [nilai["pemohon"]]:
        ctx.emit(
            rujukan.KE_IDENTITAS,
            "PerpindahanDicatat",
            anggota,
            {
                "subjek_id": anggota,
                "no_pindah": nilai["no_pindah"],
                "jenis": jenis,
                "asal": asal,
                "tujuan": tujuan,
                "kk_baru": nilai["kk_baru"],
                "tgl": nilai["tgl"],
                "batal": event.operation == DIBATALKAN,
            },
        )


def _desa(alamat: Value | None) -> str | None:
    return alamat["kode_desa"] if alamat else None


def pindah(aturan: Aturan, event: Event, ctx: Context) -> None:
    """One person's move; it may change residence and the start of a membership."""
    nilai = event.value
    if nilai is None:
        return
    orang, catatan = ctx.get(PENDUDUK, event.key), buka(event.key, ctx)
    surat = (nilai["no_pindah"], nilai["jenis"])
    lain = [p for p in catatan["pindah"] if (p["no_pindah"], p["jenis"]) != surat]
    if not nilai["batal"]:
        isi = {nama: nilai[nama] for nama in ("asal", "tujuan", "kk_baru", "tgl")}
        satu = {"no_pindah": surat[0], "jenis": surat[1], "event_id": event.id, **isi}
        lain = [*lain, satu]
    catatan = {**catatan, "pindah": lain}
    if orang is not None:
        orang = _mulai_keanggotaan(orang, lain, ctx)
    orang = simpan(event.key, orang, catatan, ctx)
    susun(aturan, event.key, orang, catatan, ctx)


def _mulai_keanggotaan(orang: Value, pindah: list[Value], ctx: Context) -> Value:
    datang = tanggal_datang(orang["kk_id"], pindah)
    if datang is None or datang == orang["dari"]:
        return orang
    riwayat = orang["riwayat"]
    if riwayat:
        riwayat = [*riwayat[:-1], {**riwayat[-1], "sampai": datang}]
        ctx.emit(
            rujukan.KE_KELUARGA,
            "AnggotaKeluar",
            riwayat[-1]["kk_id"],
            {"subjek_id": orang["orang"]["subjek_id"], "sampai": datang},
        )
    baru = {**orang, "dari": datang, "riwayat": riwayat}
    _kabari_keluarga(orang, baru, ctx)
    return baru
