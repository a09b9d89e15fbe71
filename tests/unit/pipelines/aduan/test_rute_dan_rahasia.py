"""Routing, referral, danger to life; what of a reporter leaves the complaints topic."""

import pytest

from bus.contracts import Catalog
from bus.errors import ConfigError
from bus.streams.pipelines.aduan import topology
from tests.unit.pipelines.aduan.dunia import Dunia
from tests.unit.pipelines.aduan.kabar import (
    BPBD,
    DPU,
    PUSAT,
    jawab,
    lapor,
    opd,
    pelapor,
    rute,
    tenant,
    verifikasi,
    waktu,
)

SENIN = "2026-03-02 10:00"


def test_the_narrowest_region_wins() -> None:
    dunia = Dunia(
        rute("JALAN", "33.25.12", "KEC-12"),
        rute("JALAN", "33.25.12.2003", "DESA-2003"),
        lapor("A", SENIN),
        lapor("B", SENIN, desa="33.25.12.2004"),
        lapor("C", SENIN, desa="33.25.13.2001"),
        lapor("D", SENIN, desa=None),
    )
    kode = [dunia.disposisi(n)[0][0] for n in "ABCD"]
    assert kode == ["DESA-2003", "KEC-12", DPU, DPU]


def test_a_row_holds_from_and_until_a_day() -> None:
    dunia = Dunia(
        rute("LAMPU", "", "LAMA", dari="2025-01-01", sampai="2026-03-01"),
        rute("LAMPU", "", "BARU", dari="2026-03-02"),
        lapor("A", "2026-03-01 23:59", "LAMPU"),
        lapor("B", "2026-03-02 00:01", "LAMPU"),
    )
    assert [dunia.disposisi(n)[0][0] for n in "AB"] == ["LAMA", "BARU"]


def test_a_row_that_comes_later_routes_what_waits() -> None:
    dunia = Dunia()
    dunia.masuk(lapor("A", SENIN, "lampu "), rute("LAMPU", "", "DISHUB"))
    assert dunia.disposisi("A") == [("DISHUB", 1)]
    dunia.masuk(rute("LAMPU", "", "DISHUB", operasi="DIBATALKAN"))
    dunia.masuk(lapor("B", "2026-03-02 11:00", "LAMPU"))
    assert dunia.keadaan("B") == "MENUNGGU_VERIFIKASI"


def test_a_merged_office_is_followed_to_its_successor() -> None:
    dunia = Dunia(
        opd(DPU, aktif=False, pengganti="DPUPR"),
        lapor("A", SENIN),
        opd(BPBD, aktif=False),
        lapor("B", SENIN, "BANJIR"),
    )
    assert dunia.disposisi("A") == [("DPUPR", 1)]
    assert dunia.keadaan("B") == "MENUNGGU_VERIFIKASI"
    dunia.masuk(opd(BPBD, aktif=False, pengganti="BPBD2"))
    assert dunia.disposisi("B") == [("BPBD2", 1)]


@pytest.mark.parametrize(
    ("kategori", "teks", "tujuan"),
    [
        ("JALAN", "Ada transaksi NARKOBA, di pinggir jalan!", "POLRES"),
        ("JALAN", "Mohon putusan pengadilan dijalankan", "PENGADILAN"),
        ("SENGKETA", "Batas tanah saya digeser", "PENGADILAN"),
    ],
)
def test_police_and_court_matters_are_referred(
    kategori: str, teks: str, tujuan: str
) -> None:
    dunia = Dunia(rute("SENGKETA", "", "PENGADILAN", tindakan="RUJUK"))
    dunia.pada(lapor("A", SENIN, kategori, teks=teks))
    dunia.sampai("2026-04-01 08:00")
    assert dunia.keadaan("A") == "DIRUJUK"
    assert [v["tujuan"] for v in dunia.terbit("LaporanDirujuk")] == [tujuan]
    assert dunia.sla("A") == []
    assert dunia.disposisi("A") == []


def test_a_person_may_overrule_a_referral() -> None:
    dunia = Dunia()
    dunia.pada(
        lapor("A", SENIN, teks="jalan ke klinik narkoba rusak"),
        verifikasi("A", "2026-03-02 13:00", DPU),
    )
    assert dunia.keadaan("A") == "DIDISPOSISI"
    assert dunia.disposisi("A") == [(DPU, 1)]


def test_danger_to_life_goes_to_the_centre_at_once_with_a_clock_in_minutes() -> None:
    dunia = Dunia()
    dunia.pada(lapor("A", "2026-03-07 22:00", None, teks="Ada anak TENGGELAM di kali!"))
    assert dunia.disposisi("A") == [(PUSAT, 1)]
    assert dunia.status("A")["darurat"] is True
    [insiden] = dunia.insiden("InsidenDibuka")
    assert insiden["anggota"] == ["A"]
    for sebelum, sesudah, banyak in (
        ("2026-03-07 22:14", "2026-03-07 22:15", 1),
        ("2026-03-07 22:29", "2026-03-07 22:30", 2),
        ("2026-03-07 22:44", "2026-03-07 22:45", 3),
    ):
        dunia.sampai(sebelum)
        assert len(dunia.sla("A")) == banyak - 1
        dunia.sampai(sesudah)
        assert dunia.sla("A")[-1][0:3] == ("DARURAT", "TERLAMPAUI", banyak)


def test_a_first_reaction_stops_the_minutes() -> None:
    dunia = Dunia()
    dunia.pada(
        lapor("A", SENIN, teks="tetangga tersengat listrik"),
        jawab("A", "2026-03-02 10:09", teks="meluncur", bukti=(), tahap="PROSES"),
    )
    dunia.sampai("2026-03-02 12:00")
    assert dunia.sla("A") == []
    assert dunia.keadaan("A") == "DIPROSES"
    [insiden] = dunia.insiden("InsidenDibuka")
    assert insiden["prioritas"] == 1
    assert insiden["opd"] == [PUSAT]


def test_words_match_whole_words_only() -> None:
    dunia = Dunia()
    dunia.pada(lapor("A", SENIN, teks="perahu ditenggelamkan tahun lalu"))
    assert dunia.status("A")["darurat"] is False


@pytest.mark.parametrize("rahasia", [True, False])
def test_no_topic_but_the_complaints_own_names_the_reporter(rahasia: bool) -> None:
    """A secret report comes without reporter; a named one's never leaves."""
    siapa = pelapor("RAHASIA SEKALI")
    orang = None if rahasia else siapa
    dunia = Dunia()
    dunia.pada(
        lapor("A", SENIN, siapa=orang, rahasia=rahasia, di=(-6_900_000, 109_700_000)),
        jawab("A", "2026-03-20 10:00"),
    )
    tanda = [b"RAHASIA SEKALI", siapa["nik"].encode(), siapa["subjek_id"].encode()]
    for (topik, _), log in dunia.logs.items():
        milik_aduan = ".aduan.laporan." in topik
        for record in log:
            semua = [record.value or b"", record.key or b""]
            semua += [isi for _, isi in record.headers]
            bocor = any(t in s for t in tanda for s in semua)
            assert not bocor or (milik_aduan and not rahasia), topik
    for pipeline in dunia.topology.pipelines:
        for partition in range(dunia.partitions):
            for isi in dunia.state_bytes(pipeline.name, partition).values():
                assert not any(t in isi for t in tanda)


def test_a_secret_reporter_has_no_fingerprint_in_the_group_stage() -> None:
    dunia = Dunia()
    dunia.masuk(
        lapor("A", SENIN, siapa=pelapor("X"), rahasia=True),
        lapor("B", SENIN, siapa=pelapor("X")),
    )
    sidik = {
        e.key: e.value
        for e in dunia.read("aduan.kelompok.repartition.v1")
        if e.value and e.type == "LaporanDitempatkan"
    }
    semua = [
        e.value["sidik_pelapor"]
        for e in dunia.read("aduan.kelompok.repartition.v1")
        if e.value and e.type == "LaporanDitempatkan"
    ]
    assert sidik
    assert semua[0] is None
    assert semua[1] is not None


def test_secret_reporters_have_a_topic_no_pipeline_reads() -> None:
    katalog = Catalog.load()
    rahasia = katalog.event("PelaporRahasiaDicatat").contract
    alur = topology(tenant())
    dibaca = {s for r in alur.routers for s in r.sources}
    dibaca |= {p.source for p in alur.pipelines}
    assert rahasia == "aduan.pelapor.fact.v1"
    assert rahasia not in dibaca
    for nama in ("LaporanDidisposisi", "LaporanSelesai", "LaporanStatusDimutakhirkan"):
        assert not any("pelapor" in f.path for f in katalog.event(nama).fields)


def test_a_tenant_without_rules_is_told_so() -> None:
    tanpa = tenant().model_copy(update={"aduan": None})
    with pytest.raises(ConfigError, match="block `aduan`"):
        topology(tanpa)


def test_decisions_name_rules_and_reasons() -> None:
    dunia = Dunia()
    dunia.pada(lapor("A", SENIN), jawab("A", "2026-03-20 10:00"))
    semua = {
        dict(r.headers)["ce_id"].decode() for log in dunia.logs.values() for r in log
    }
    for topik in ("aduan.laporan.fact.v1", "aduan.sla.fact.v1"):
        for event in dunia.read(topik):
            if event.source == "/k3325/aduan":
                continue
            assert event.value is not None
            assert event.value["aturan_versi"] == "uji-aduan-1"
            assert event.value["dasar"]
            assert set(event.value["dasar"]) <= semua
    assert waktu(dunia.status("A")["batas_jawaban"]) == "2026-03-09 10:00"
