"""What has been decided about a report, published once, corrected, or taken back.

All that should have been said is computed from the facts; the difference to what was
said goes out. So a late fact or a late holiday takes back (DIBATALKAN) what would not
have been said in the right order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bus.record import DIBATALKAN, DIBUAT, DIKOREKSI
from bus.streams.pipelines.aduan.jam import ANCAM, tercapai

if TYPE_CHECKING:
    from bus.record import Value
    from bus.streams.pipelines.aduan.kalender import Kalender
    from bus.streams.pipelines.aduan.keadaan import Keadaan, Langkah
    from bus.streams.pipelines.aduan.pesan import Pesan

SLA, KABAR = "SLA", "KABAR"


def terbitkan(pesan: Pesan, lama_terbit: list[Value], harap: list[Value]) -> None:
    """Publish the difference between what should be said and what was said.

    Args:
        pesan: makes and sends the events of one report.
        lama_terbit: what was said.
        harap: what should be said, in order; the new `terbit` of the report.
    """
    lama = {t["kunci"]: t for t in lama_terbit}
    baru = {t["kunci"] for t in harap}
    for kunci, satu in lama.items():
        if kunci not in baru:
            pesan.kirim(satu, DIBATALKAN)
    for satu in harap:
        sudah = lama.get(satu["kunci"])
        if sudah is None:
            pesan.kirim(satu, DIBUAT)
        elif sudah["sidik"] != satu["sidik"]:
            pesan.kirim(satu, DIKOREKSI)


def yang_diharapkan(
    laporan: Value, ada: Keadaan, kalender: Kalender, sekarang: int
) -> list[Value]:
    """Everything that should have been said about a report by now."""
    harap = [_keputusan(langkah) for langkah in ada.langkah]
    for jam in ada.jam:
        batas = jam.tempo(kalender)["1"]
        for tahap, saat in tercapai(jam, kalender, sekarang).items():
            kunci = f"{SLA}|{jam.nama}|{tahap}"
            kode = jam.penanggung(saat)
            terlampaui = batas if tahap == ANCAM else saat
            harap.append(_terbit(kunci, str(terlampaui), terlampaui, kode))
    return harap + _kabar(laporan, ada)


def baru_terlambat(laporan: Value, harap: list[Value]) -> list[Value]:
    """Warnings and levels that should be said and were not.

    They belong to the timers. Found by another event they are old: the report, or a
    part of its story, arrived late, and the rest may be on its way.
    """
    sudah = {t["kunci"] for t in laporan["terbit"]}
    return [
        h for h in harap if h["kunci"].startswith(f"{SLA}|") and h["kunci"] not in sudah
    ]


def _keputusan(langkah: Langkah) -> Value:
    sebab = langkah.fakta["event_id"] if langkah.fakta else "-"
    kunci = f"{langkah.jenis}|{langkah.percobaan}"
    if langkah.jenis in {"DISPOSISI", "BELUM"}:
        kunci = f"{kunci}|{sebab}"
    return _terbit(kunci, sebab, langkah.waktu, langkah.kode_skpd, langkah.rujukan)


def _kabar(laporan: Value, ada: Keadaan) -> list[Value]:
    """What the group stage is told: answered, or open again."""
    if laporan["golongan"] is None:
        return []
    kabar = []
    for langkah in ada.langkah:
        if langkah.jenis == "DISPOSISI" and langkah.rujukan == "BUKA_KEMBALI":
            kunci = f"{KABAR}|{langkah.percobaan}|BUKA"
            kabar.append(_terbit(kunci, "-", langkah.waktu))
        elif langkah.jenis == "SELESAI" and langkah.fakta is not None:
            kunci = f"{KABAR}|{langkah.percobaan}|SELESAI"
            sebab = langkah.fakta["event_id"]
            kabar.append(
                _terbit(kunci, sebab, langkah.waktu, langkah.kode_skpd, langkah.rujukan)
            )
    if ada.status in {"DIRUJUK", "DIBATALKAN"} and ada.ditutup is not None:
        kunci = f"{KABAR}|{ada.percobaan}|TUTUP"
        kabar.append(_terbit(kunci, "-", ada.ditutup))
    return kabar


def _terbit(
    kunci: str,
    sidik: str,
    waktu: int,
    kode_skpd: str | None = None,
    rujuk: str | None = None,
) -> Value:
    return {
        "kunci": kunci,
        "sidik": sidik,
        "waktu": waktu,
        "kode_skpd": kode_skpd,
        "rujukan": rujuk,
    }
