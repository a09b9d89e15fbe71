"""Fifty reports of one flood, repetitions by two channels, incidents that end."""

import random

import pytest

from tests.unit.pipelines.aduan.dunia import Dunia
from tests.unit.pipelines.aduan.kabar import (
    BPBD,
    buka,
    jawab,
    lapor,
    pelapor,
)
from tests.unit.pipelines.dasar import Masukan

SENIN = "2026-03-02 10:00"
TITIK = (-6_900_000, 109_700_000)


def banjir(nomor: int, saat: str = SENIN, meter: float = 0) -> Masukan:
    """One report of the flood, so many metres north of the first."""
    di = (TITIK[0] + round(meter / 0.111195), TITIK[1])
    teks = f"Banjir setinggi lutut, rumah nomor {nomor}"
    return lapor(
        f"B{nomor}", saat, "BANJIR", teks=teks, di=di, siapa=pelapor(f"W{nomor}")
    )


def test_fifty_reports_are_one_incident_and_get_fifty_answers() -> None:
    laporan = [banjir(n, f"2026-03-02 10:{n:02d}", 1.9 * n) for n in range(50)]
    random.Random(7).shuffle(laporan)
    dunia = Dunia(*laporan)
    [dibuka] = dunia.insiden("InsidenDibuka")
    tambah = dunia.insiden("InsidenBertambah")
    assert dibuka["jumlah"] == 3
    assert len(dibuka["anggota"]) == len(dibuka["sumber"]) == 3
    assert [v["jumlah"] for v in tambah] == list(range(4, 51))
    assert tambah[-1]["prioritas"] == 2
    anggota = {*dibuka["anggota"], *(v["laporan_id"] for v in tambah)}
    assert anggota == {f"B{n}" for n in range(50)}
    assert {dunia.status(n)["insiden_id"] for n in anggota} == {dibuka["insiden_id"]}
    dunia.masuk(jawab("B17", "2026-03-03 09:00", teks="Air sudah surut, pompa jalan"))
    selesai = dunia.terbit("LaporanSelesai")
    assert len(selesai) == 50
    assert {v["laporan_id"] for v in selesai} == anggota
    assert {v["jawaban"] for v in selesai} == {"Air sudah surut, pompa jalan"}
    assert {v["dijawab_bersama"] for v in selesai} == {None, "B17"}
    assert len(dunia.insiden("InsidenDitutup")) == 1
    dunia.sampai("2026-04-01 08:00")
    assert len(dunia.terbit("LaporanSelesai")) == 50
    assert all(dunia.sla(n) == [] for n in anggota)


def test_answers_one_by_one_where_the_tenant_wants_it() -> None:
    dunia = Dunia(*(banjir(n) for n in range(3)), jawaban_bersama=False)
    for n in range(3):
        assert dunia.insiden("InsidenDitutup") == []
        dunia.masuk(jawab(f"B{n}", "2026-03-03 09:00"))
    assert len(dunia.insiden("InsidenDitutup")) == 1


@pytest.mark.parametrize(
    ("meter", "hari", "kategori", "insiden"),
    [
        (99, 2, "BANJIR", 1),
        (101, 2, "BANJIR", 0),
        (50, 8, "BANJIR", 1),
        (50, 10, "BANJIR", 0),
        (50, 2, "SAMPAH", 0),
    ],
)
def test_place_time_and_category(
    meter: int, hari: int, kategori: str, insiden: int
) -> None:
    """Within 100 m and 7 days (2 March 10:00 to 9 March 10:00) of the same kind."""
    dunia = Dunia(
        banjir(1), banjir(2, "2026-03-02 11:00"), insiden_minimum=3, jawaban_hari=60
    )
    di = (TITIK[0] + round(meter / 0.111195), TITIK[1])
    dunia.masuk(lapor("C", f"2026-03-{hari:02d} 09:00", kategori, teks="air", di=di))
    assert len(dunia.insiden("InsidenDibuka")) == insiden


def test_one_answered_report_takes_no_more_members() -> None:
    dunia = Dunia(banjir(1), jawab("B1", "2026-03-02 12:00"))
    dunia.masuk(banjir(2, "2026-03-03 10:00"), banjir(3, "2026-03-03 10:00"))
    assert dunia.insiden() == []
    dunia.masuk(banjir(4, "2026-03-03 11:00"))
    [dibuka] = dunia.insiden("InsidenDibuka")
    assert dibuka["anggota"] == ["B2", "B3", "B4"]


def test_no_place_no_incident() -> None:
    dunia = Dunia(
        *(
            lapor(f"N{n}", SENIN, "BANJIR", teks=f"banjir {n}", siapa=pelapor(f"{n}"))
            for n in range(5)
        )
    )
    assert dunia.insiden() == []
    assert all(dunia.disposisi(f"N{n}") == [(BPBD, 1)] for n in range(5))


def test_a_reopened_member_keeps_the_incident_open() -> None:
    dunia = Dunia(*(banjir(n) for n in range(3)), jawaban_bersama=False)
    dunia.masuk(
        jawab("B0", "2026-03-03 09:00"),
        buka("B0", "2026-03-03 10:00"),
        jawab("B1", "2026-03-03 11:00"),
        jawab("B2", "2026-03-03 12:00"),
    )
    assert dunia.insiden("InsidenDitutup") == []
    dunia.masuk(jawab("B0", "2026-03-04 09:00"))
    assert len(dunia.insiden("InsidenDitutup")) == 1


def test_two_channels_one_report() -> None:
    siapa = pelapor("BUDI")
    dunia = Dunia(
        lapor("A", SENIN, siapa=siapa),
        lapor("B", "2026-03-02 11:00", kanal="SMS", teks="jln lubang", siapa=siapa),
    )
    assert dunia.keadaan("B") == "DIGABUNGKAN"
    assert dunia.disposisi("B") == []
    [gabung] = dunia.terbit("LaporanDigabungkan")
    assert gabung["duplikat_dari"] == "A"
    dunia.masuk(jawab("A", "2026-03-03 09:00"))
    assert {v["laporan_id"] for v in dunia.terbit("LaporanSelesai")} == {"A", "B"}
    dunia.sampai("2026-04-01 09:00")
    assert dunia.sla("B") == []
    # One that comes in after the answer is answered too.
    dunia.masuk(lapor("C", "2026-03-03 10:00", kanal="WHATSAPP", siapa=siapa))
    assert dunia.keadaan("C") == "SELESAI"


@pytest.mark.parametrize(
    ("lain", "gabung"),
    [
        ({"kanal": "WEB", "teks": "lubang yang lain lagi"}, False),
        ({"kanal": "WEB", "teks": "JALAN berlubang, di depan sekolah!"}, True),
        ({"kanal": "SMS", "desa": "33.25.12.2004"}, False),
        ({"kanal": "SMS", "saat": "2026-03-06 10:00"}, False),
        ({"kanal": "SMS", "kategori": "SAMPAH"}, False),
        ({"kanal": "SMS", "siapa": pelapor("ORANG LAIN")}, False),
    ],
)
def test_what_is_no_repetition(lain: dict, gabung: bool) -> None:
    isi = {"siapa": pelapor("BUDI"), "saat": "2026-03-02 12:00", **lain}
    dunia = Dunia(lapor("A", SENIN, siapa=pelapor("BUDI")), lapor("B", **isi))
    assert (dunia.keadaan("B") == "DIGABUNGKAN") is gabung


def test_without_a_name_only_the_same_words_by_another_channel() -> None:
    dunia = Dunia(
        lapor("A", SENIN),
        lapor("B", SENIN),
        lapor("C", SENIN, kanal="SMS"),
        lapor("D", SENIN, kanal="SMS", teks="jalan rusak"),
    )
    assert [dunia.keadaan(n) for n in "ABCD"] == [
        *("DIDISPOSISI", "DIDISPOSISI", "DIGABUNGKAN", "DIDISPOSISI"),
    ]


def test_a_corrected_category_stays_with_its_incident() -> None:
    dunia = Dunia(*(banjir(n) for n in range(3)), jawaban_bersama=False)
    dunia.masuk(lapor("B0", SENIN, "JALAN", teks="Jalan tergenang", di=TITIK))
    assert dunia.status("B0")["kategori"] == "JALAN"
    for n in range(3):
        dunia.masuk(jawab(f"B{n}", "2026-03-03 09:00"))
    assert len(dunia.insiden("InsidenDitutup")) == 1
