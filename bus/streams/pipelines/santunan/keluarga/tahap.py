"""Stage 2, by family: members over time, eligibility by period, public family state."""

from functools import partial

from bus.record import DIBATALKAN, Event, Value
from bus.streams.pipelines.santunan import rujukan
from bus.streams.pipelines.santunan.aturan import Aturan
from bus.streams.pipelines.santunan.dokumen import waktu_dari
from bus.streams.pipelines.santunan.keluarga.pencarian import cari, cari_ulang
from bus.streams.pipelines.santunan.keluarga.perkara import (
    kirim_semua,
    perkara,
    perkara_ditarik,
)
from bus.streams.pipelines.santunan.keluarga.susunan import (
    KELUARGA,
    PENCARIAN,
    PERKARA,
    buka,
    umumkan,
    urutkan,
)
from bus.streams.topology.context import Context
from bus.streams.topology.pipeline import Pipeline

NAMA = "santunan.keluarga"
_PERIODE = 16
_ANGGOTA = 40
_TERBUKA = ("orang", "shdk", "kode_desa", "status", "sampai")


def pipeline(aturan: Aturan) -> Pipeline:
    """The family stage."""
    return Pipeline(
        name=NAMA,
        source=rujukan.KE_KELUARGA,
        handlers={
            "AnggotaDimutakhirkan": partial(anggota, aturan),
            "AnggotaKeluar": partial(anggota_keluar, aturan),
            "KelayakanSosialDimutakhirkan": partial(kelayakan, aturan),
            "PerkaraDimutakhirkan": partial(perkara, aturan),
            "PerkaraDitarik": partial(perkara_ditarik, aturan),
            "DokumenDicari": partial(cari, aturan),
        },
        stores={
            KELUARGA: "KeluargaTersimpan",
            PERKARA: "PerkaraTersimpan",
            PENCARIAN: "PencarianTersimpan",
        },
        changelog="santunan.keluarga.changelog.v1",
        sinks=(rujukan.KE_IDENTITAS, rujukan.KE_KLAIM, rujukan.KELUARGA),
    )


def anggota(aturan: Aturan, event: Event, ctx: Context) -> None:
    """A member as the registry has them; the busiest handler of this stage."""
    nilai = event.value
    if nilai is None:
        return
    keluarga = buka(event.key, ctx)
    baru = {
        "orang": nilai["orang"],
        "shdk": nilai["shdk"],
        "ibu": nilai["ibu"],
        "kode_desa": nilai["kode_desa"],
        "status": nilai["status"],
        "dari": nilai["dari"],
        "sampai": None,
        "event_id": event.correlation_id or event.id,
    }
    _ganti_anggota(aturan, event.key, keluarga, baru, ctx)


def anggota_keluar(aturan: Aturan, event: Event, ctx: Context) -> None:
    """A member left; they stay in the history until then."""
    nilai = event.value
    if nilai is None:
        return
    keluarga = buka(event.key, ctx)
    for lama in keluarga["anggota"]:
        if lama["orang"]["subjek_id"] == nilai["subjek_id"]:
            baru = {**lama, "sampai": nilai["sampai"]}
            _ganti_anggota(aturan, event.key, keluarga, baru, ctx)
            return


def _ganti_anggota(
    aturan: Aturan, kk_id: str, keluarga: Value, baru: Value, ctx: Context
) -> None:
    subjek = baru["orang"]["subjek_id"]
    lama, lain = None, []
    for satu in keluarga["anggota"]:
        if satu["orang"]["subjek_id"] == subjek:
            lama = satu
        else:
            lain.append(satu)
    if lama == baru:
        return
    keluarga = {**keluarga, "anggota": urutkan([*lain, baru])[:_ANGGOTA]}
    ctx.put(KELUARGA, kk_id, keluarga)
    if lama is None or any(lama[nama] != baru[nama] for nama in _TERBUKA):
        umumkan(aturan, kk_id, keluarga, ctx)
    if keluarga["kematian"]:
        kirim_semua(aturan, kk_id, keluarga, ctx)
    if keluarga["pencarian"]:
        cari_ulang(aturan, kk_id, keluarga, ctx)


def kelayakan(aturan: Aturan, event: Event, ctx: Context) -> None:
    """Eligibility of the family for one period; a corrected one replaces it."""
    nilai = event.value
    if nilai is None:
        return
    keluarga = buka(event.key, ctx)
    kunci = (nilai["periode"], nilai["sumber"])
    daftar = [k for k in keluarga["kelayakan"] if (k["periode"], k["sumber"]) != kunci]
    if event.operation != DIBATALKAN:
        daftar.append(
            {
                "periode": nilai["periode"],
                "desil": nilai["desil"],
                "program": len(nilai["program"]),
                "sumber": nilai["sumber"],
                "dari": nilai["berlaku_dari"],
                "sd": nilai["berlaku_sd"],
                "waktu": waktu_dari(event, nilai),
                "event_id": event.id,
            }
        )
    daftar.sort(key=lambda k: (k["dari"], k["periode"], k["sumber"]))
    keluarga = {**keluarga, "kelayakan": daftar[-_PERIODE:]}
    ctx.put(KELUARGA, event.key, keluarga)
    if keluarga["kematian"]:
        kirim_semua(aturan, event.key, keluarga, ctx)
