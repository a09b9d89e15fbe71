"""The working-day calendar: known days, and what must hold for any hours and days."""

from datetime import time

from hypothesis import given, settings
from hypothesis import strategies as st

from bus.config.tenant import OfficeHours
from bus.streams.pipelines.aduan.jam import Jam, berikut, tercapai
from bus.streams.pipelines.aduan.kalender import SEHARI_MS, Kalender, hari_dari
from tests.unit.pipelines.aduan.kabar import (
    ms,
    waktu,
)
from tests.unit.pipelines.dasar import hari

JAM = OfficeHours()
MULAI = ms("2026-01-05 00:00")


def kalender(*libur: str, kerja: bool = True, zona: str = "Asia/Jakarta") -> Kalender:
    hari_libur = {hari(satu) for satu in libur}
    return Kalender(JAM, zona, hari_libur.__contains__, kerja)


def test_days_of_office_hours() -> None:
    satu = kalender("2026-03-20")
    assert satu.sehari == 8.5 * 3_600_000

    def tambah(dari: str, hari_kerja: float) -> str:
        return waktu(satu.tambah(ms(dari), round(hari_kerja * satu.sehari)))

    assert tambah("2026-03-02 10:00", 3) == "2026-03-05 10:00"
    assert tambah("2026-03-06 10:00", 1) == "2026-03-09 10:00"  # a weekend between
    assert tambah("2026-03-07 10:00", 1) == "2026-03-09 16:00"  # begun on a Saturday
    assert tambah("2026-03-02 05:00", 1) == "2026-03-02 16:00"  # before opening
    assert tambah("2026-03-02 16:00", 1) == "2026-03-03 16:00"  # at closing
    assert tambah("2026-03-19 10:00", 1) == "2026-03-23 10:00"  # a holiday Friday
    assert tambah("2026-03-02 10:00", 0) == "2026-03-02 10:00"


def test_calendar_days_ignore_hours_and_holidays() -> None:
    satu = kalender("2026-03-20", kerja=False)
    assert waktu(satu.tambah(ms("2026-03-19 22:00"), SEHARI_MS)) == "2026-03-20 22:00"


def test_zones_and_midnight() -> None:
    assert hari_dari(ms("2026-03-01 23:30"), "Asia/Jakarta") == hari("2026-03-01")
    assert hari_dari(ms("2026-03-01 23:30"), "Asia/Makassar") == hari("2026-03-02")
    wita = kalender(zona="Asia/Makassar")
    assert waktu(wita.tambah(ms("2026-03-02 05:00"), wita.sehari)) == "2026-03-02 15:00"


saat = st.integers(MULAI, MULAI + 60 * SEHARI_MS)
lama = st.integers(0, 12 * 8 * 3_600_000)
libur_acak = st.frozensets(st.integers(hari("2026-01-05"), hari("2026-03-20")))


@settings(max_examples=60)
@given(saat, lama, libur_acak)
def test_adding_and_measuring_are_inverse(dari: int, lama: int, libur: frozenset[int]):
    satu = Kalender(JAM, "Asia/Jakarta", libur.__contains__)
    nanti = satu.tambah(dari, lama)
    assert nanti >= dari
    assert satu.antara(dari, nanti) == lama
    if lama:
        assert satu.antara(dari, nanti - 1) == lama - 1


@settings(max_examples=60)
@given(saat, lama, lama, libur_acak)
def test_working_time_adds_up(dari: int, satu: int, dua: int, libur: frozenset[int]):
    kal = Kalender(JAM, "Asia/Jakarta", libur.__contains__)
    tengah, akhir = dari + satu, dari + satu + dua
    assert kal.antara(dari, akhir) == kal.antara(dari, tengah) + kal.antara(
        tengah, akhir
    )


@settings(max_examples=60)
@given(saat, lama, libur_acak, st.integers(hari("2026-01-05"), hari("2026-03-20")))
def test_one_more_holiday_never_makes_a_limit_earlier(
    dari: int, lama: int, libur: frozenset[int], lagi: int
) -> None:
    tanpa = Kalender(JAM, "Asia/Jakarta", libur.__contains__)
    dengan = Kalender(JAM, "Asia/Jakarta", (libur | {lagi}).__contains__)
    assert dengan.tambah(dari, lama) >= tanpa.tambah(dari, lama)


@settings(max_examples=60)
@given(
    saat, st.lists(st.integers(1, 3 * SEHARI_MS), min_size=2, max_size=6), libur_acak
)
def test_levels_come_in_order_and_wait_for_running_time(
    dari: int, langkah: list[int], libur: frozenset[int]
) -> None:
    kal = Kalender(JAM, "Asia/Jakarta", libur.__contains__)
    batas, ruas = dari, []
    for nomor, lama_ruas in enumerate(langkah):
        if nomor % 2 == 0:
            ruas.append((batas, batas + lama_ruas))
        batas += lama_ruas
    ruas[-1] = (ruas[-1][0], None)
    tahap = (2 * kal.sehari, 3 * kal.sehari, 4 * kal.sehari)
    jam = Jam("JAWABAN", 1, tuple(ruas), ((dari, "DPU"),), tahap, SEHARI_MS)
    tempo = jam.tempo(kal)
    assert tempo["ANCAM"] <= tempo["1"] <= tempo["2"] <= tempo["3"]
    for nama, banyak in zip("123", tahap, strict=True):
        berjalan = sum(
            kal.antara(a, min(b or tempo[nama], tempo[nama])) for a, b in ruas
        )
        assert berjalan == banyak
    for saat_ini in (dari, tempo["1"], tempo["3"]):
        lewat, nanti = tercapai(jam, kal, saat_ini), berikut(jam, kal, saat_ini)
        assert set(lewat.values()) <= {t for t in tempo.values() if t <= saat_ini}
        assert nanti is None or nanti > saat_ini


def test_short_opening() -> None:
    pagi = OfficeHours(mulai=time(8), selesai=time(8, 30), hari=(1,))
    satu = Kalender(pagi, "Asia/Jakarta", lambda _: False)
    assert waktu(satu.tambah(ms("2026-03-03 10:00"), satu.sehari)) == "2026-03-09 08:30"
