"""The pure rules: heirs, matching, residence, death dates, text, one by one."""

from pathlib import Path

import pytest

from bus.config.load import load_tenant
from bus.record import Value
from bus.streams.pipelines.santunan import alasan, topology
from bus.streams.pipelines.santunan.aturan import Aturan
from bus.streams.pipelines.santunan.domisili import keluarga_pada, penduduk_pada
from bus.streams.pipelines.santunan.kecocokan import (
    beda_satu_angka,
    beda_satu_bagian,
    tingkat_keluarga,
    tingkat_nik,
)
from bus.streams.pipelines.santunan.keluarga.ahli_waris import calon_ahli_waris
from bus.streams.pipelines.santunan.kematian import kematian
from tests.unit.pipelines.dunia import DESA, hari, katalog, orang, tenant

ATURAN = Aturan(tenant())
MATI = hari("2026-03-01")


def anggota(
    nama: str, shdk: int, lahir: str = "1980-01-01", jk: str = "L", ibu: str = ""
) -> Value:
    siapa = orang(None, nama, lahir, jk, id_=nama)
    return {"orang": siapa, "shdk": shdk, "ibu": ibu or None}


def almarhum(shdk: int, jk: str = "L", ibu: str = "") -> Value:
    return {"subjek_id": "alm", "shdk": shdk, "ibu": ibu or None, "jk": jk}


@pytest.mark.parametrize(
    ("shdk", "lain", "hubungan"),
    [
        (1, 3, "PASANGAN"),
        (1, 2, "PASANGAN"),
        (1, 4, "ANAK"),
        (1, 7, "ORANG_TUA"),
        (1, 6, "CUCU"),
        (1, 5, None),
        (1, 8, None),
        (1, 9, None),
        (1, 10, None),
        (3, 1, "PASANGAN"),
        (3, 4, "ANAK"),
        (3, 8, "ORANG_TUA"),
        (4, 1, "ORANG_TUA"),
        (4, 3, "ORANG_TUA"),
        (4, 4, "SAUDARA"),
        (6, 6, "SAUDARA"),
        (7, 1, "ANAK"),
        (7, 7, "PASANGAN"),
        (7, 4, "CUCU"),
        (7, 6, "CICIT"),
        (8, 3, "ANAK"),
        (9, 1, None),
    ],
)
def test_relation_follows_from_two_places_on_the_card(
    shdk: int, lain: int, hubungan: str | None
) -> None:
    calon = calon_ahli_waris(almarhum(shdk), [anggota("A", lain)], MATI, ATURAN)
    assert [c["hubungan"] for c in calon] == ([hubungan] if hubungan else [])


def test_mother_tells_more_than_the_card() -> None:
    keluarga = [anggota("A", 9, ibu="alm"), anggota("B", 9, ibu="m"), anggota("m", 9)]
    calon = calon_ahli_waris(almarhum(9, ibu="m"), keluarga, MATI, ATURAN)
    assert [(c["orang"]["nama"], c["hubungan"]) for c in calon] == [
        ("A", "ANAK"),
        ("m", "ORANG_TUA"),
        ("B", "SAUDARA"),
    ]


def test_a_step_child_and_a_step_mother_are_no_heirs() -> None:
    anak = anggota("ANAK", 4, ibu="mantan")
    assert calon_ahli_waris(almarhum(3, "P"), [anak], MATI, ATURAN) == []
    assert len(calon_ahli_waris(almarhum(1), [anak], MATI, ATURAN)) == 1
    istri = anggota("ISTRI", 3, jk="P")
    calon = calon_ahli_waris(almarhum(4, ibu="m"), [istri], MATI, ATURAN)
    assert calon == []
    calon = calon_ahli_waris(almarhum(4), [istri], MATI, ATURAN)
    assert [c["hubungan"] for c in calon] == ["ORANG_TUA"]


def test_spouse_of_a_dead_child_is_the_only_fitting_child_in_law() -> None:
    istri = anggota("N", 5, jk="P")
    calon = calon_ahli_waris(almarhum(4), [anggota("K", 1), istri], MATI, ATURAN)
    assert calon[0]["hubungan"] == "PASANGAN"
    saudara = anggota("S", 4)
    calon = calon_ahli_waris(almarhum(4), [istri, saudara], MATI, ATURAN)
    assert [c["hubungan"] for c in calon] == ["SAUDARA"]


def test_order_age_and_guardian() -> None:
    keluarga = [
        anggota("KECIL", 4, "2015-01-01"),
        anggota("BESAR", 4, "2000-01-01"),
        anggota("NENEK", 7, "1940-01-01", "P"),
    ]
    calon = calon_ahli_waris(almarhum(1), keluarga, MATI, ATURAN)
    assert [(c["orang"]["nama"], c["urutan"]) for c in calon] == [
        ("BESAR", 1),
        ("KECIL", 2),
        ("NENEK", 3),
    ]
    assert calon[0]["wali"] is None
    assert calon[1]["wali"]["nama"] == "NENEK"


def test_order_is_configuration() -> None:
    aturan = Aturan(tenant(urutan_ahli_waris=("ORANG_TUA", "ANAK")))
    keluarga = [anggota("A", 4), anggota("I", 3), anggota("O", 7)]
    calon = calon_ahli_waris(almarhum(1), keluarga, MATI, aturan)
    assert [c["hubungan"] for c in calon] == ["ORANG_TUA", "ANAK"]


NIK = "3325120501580001"


@pytest.mark.parametrize(
    ("nama", "lahir", "tingkat"),
    [
        ("SUTRISNO", "1958-01-05", 1),
        ("ORANG LAIN", "1958-01-05", 1),
        ("H. SUTRISNO, S.PD", "1970-12-31", 2),
        ("SUTRISNO", None, 2),
        ("ORANG LAIN", "1958-05-05", 2),
        ("ORANG LAIN", "1958-05-06", 0),
        ("ORANG LAIN", None, 0),
    ],
)
def test_levels_for_the_same_nik(nama: str, lahir: str | None, tingkat: int) -> None:
    resmi = orang(NIK, "SUTRISNO", "1958-01-05")
    assert tingkat_nik(orang(NIK, nama, lahir), resmi, ATURAN) == tingkat


@pytest.mark.parametrize(
    ("nik", "nama", "lahir", "tingkat"),
    [
        ("3325120501580002", "SUTRISNO", "1958-01-05", 2),
        ("3325120501580022", "SUTRISNO", "1958-01-05", 3),
        (None, "SUTRISNO", "1958-01-05", 3),
        (None, "SUTRISNO", "1958-01-06", 0),
        (None, "KASMIDI", "1958-01-05", 0),
        (None, "SUTRISNO", None, 0),
    ],
)
def test_levels_inside_a_family(
    nik: str | None, nama: str, lahir: str | None, tingkat: int
) -> None:
    resmi = orang(NIK, "SUTRISNO", "1958-01-05")
    assert tingkat_keluarga(orang(nik, nama, lahir), resmi, ATURAN) == tingkat


def test_small_differences() -> None:
    assert beda_satu_angka(NIK, "3325120501580009")
    assert not beda_satu_angka(NIK, NIK)
    assert not beda_satu_angka(NIK, NIK[:-1])
    assert not beda_satu_angka(None, NIK)
    assert beda_satu_bagian(hari("1958-01-05"), hari("1958-05-05"))
    assert not beda_satu_bagian(hari("1958-01-05"), hari("1958-05-01"))
    assert not beda_satu_bagian(None, hari("1958-05-01"))


def _orang(status: str = "HIDUP", desa: str = DESA, sejak: str | None = None) -> Value:
    hari_sejak = None if sejak is None else hari(sejak)
    riwayat = [{"kk_id": "lama", "dari": None, "sampai": 100}]
    tetap = {"kk_id": "baru", "riwayat": riwayat, "kode_desa": desa}
    return {**tetap, "status": status, "sejak": hari_sejak}


def test_residence_without_moves_is_the_registry() -> None:
    assert penduduk_pada(MATI, None, [], ATURAN) == "BELUM"
    assert penduduk_pada(MATI, _orang(), [], ATURAN) == "YA"
    assert penduduk_pada(MATI, _orang(desa="33.74.01.1001"), [], ATURAN) == "TIDAK"
    assert penduduk_pada(MATI, _orang("MATI"), [], ATURAN) == "YA"
    assert penduduk_pada(MATI, _orang("TIDAK_VALID"), [], ATURAN) == "TIDAK"
    pergi = _orang("PINDAH", sejak="2026-03-02")
    assert penduduk_pada(MATI, pergi, [], ATURAN) == "YA"
    assert penduduk_pada(MATI + 1, pergi, [], ATURAN) == "TIDAK"


def test_family_of_a_day() -> None:
    siapa = _orang()
    assert keluarga_pada(99, siapa) == "lama"
    assert keluarga_pada(100, siapa) == "baru"
    assert keluarga_pada(None, siapa) == "baru"


def _dok(jenis: str, tgl: int | None, waktu: int = 1, **lain: object) -> Value:
    dok = {"jenis": jenis, "tgl": tgl, "waktu": waktu, "ref": f"r{waktu}", "tingkat": 1}
    tetap = {"orang": {"nik": None}, "sumber": "DESA", "tgl_pengajuan": None}
    return {**dok, **tetap, **lain}


def test_which_death_date_holds() -> None:
    klaim = _dok("KLAIM", 10, tgl_pengajuan=20)
    desa, rs = _dok("KEMATIAN", 11), _dok("KEMATIAN", 12, sumber="RS")
    akta = _dok("AKTA", 13)
    semua: list[Value] = []
    for dok, tgl in [(klaim, 10), (desa, 11), (rs, 12), (akta, 13)]:
        semua.insert(0, dok)
        assert kematian(semua, dikenal=True).tgl == tgl
        assert kematian(semua[::-1], dikenal=True).tgl == tgl
    asing = _dok("AKTA", 14, tingkat=0)
    assert kematian([desa, asing], dikenal=True).tgl == 11
    assert kematian([asing], dikenal=True) == (None, None)
    assert kematian([asing], dikenal=False).tgl == 14


def test_every_reason_has_words() -> None:
    for nama, kode in vars(alasan).items():
        if nama.isupper() and isinstance(kode, str):
            assert alasan.kalimat(kode, ATURAN)


def test_topology_fits_the_catalogue() -> None:
    pemda = load_tenant(Path("ops/examples/batang/tenant.yaml"))
    alur, kat = topology(pemda), katalog()
    for pipeline in alur.pipelines:
        sumber = kat.contract(pipeline.source)
        assert set(pipeline.handlers) == {*sumber.events, *sumber.carries}
        simpanan = kat.contract(pipeline.changelog)
        assert set(pipeline.stores.values()) <= {*simpanan.events, *simpanan.carries}
        for ref in pipeline.sinks:
            kat.contract(ref)
    for router in alur.routers:
        for route in router.routes:
            bawa = kat.contract(route.sink)
            assert route.event_types <= {*bawa.events, *bawa.carries}
            assert route.event_types <= set(kat.contract(route.source).events)
