from datetime import date

import pytest

from bus.contracts.reference import Reference
from bus.errors import ConfigError
from tests.unit.contracts.folders import write

FILES = {
    "pemda.csv": "tenant,kode,nama,zona_waktu,berlaku_dari,berlaku_sampai\n"
    "k3325,33.25,Kabupaten Batang,Asia/Jakarta,,\n",
    "wilayah.csv": "kode,nama,tingkat,berlaku_dari,berlaku_sampai\n"
    "33.25,Kabupaten Batang,KABUPATEN,,\n"
    "33.25.01,Lama,KECAMATAN,,2025-04-24\n"
    "33.25.01,Baru,KECAMATAN,2025-04-25,\n"
    "33.2501,Bukan,KECAMATAN,,\n",
    "akun.csv": "kode,nama,berlaku_dari,berlaku_sampai\n5.3,BTT,2021-01-01,\n",
    "subkegiatan.csv": "kode,nama,berlaku_dari,berlaku_sampai\n",
    "shdk.csv": "kode,nama,berlaku_dari,berlaku_sampai\n1,Kepala Keluarga,,\n",
}


def test_validity(tmp_path):
    reference = Reference.load(write(tmp_path, FILES))
    last, first = date(2025, 4, 24), date(2025, 4, 25)
    assert reference.region("33.25.01", last).nama == "Lama"
    assert reference.region("33.25.01", first).nama == "Baru"
    assert reference.region("33.25.99", first) is None
    assert [item.nama for item in reference.valid_on(first).regions("k3325")] == [
        "Kabupaten Batang",
        "Baru",
    ]
    assert len(reference.regions("33.25")) == 3
    assert reference.account("5.3", date(2020, 12, 31)) is None
    assert reference.account("5.3", date(2021, 1, 1)).nama == "BTT"
    assert reference.relation(1, first).nama == "Kepala Keluarga"
    assert len(reference.valid_on(date(2020, 1, 1)).accounts) == 0


def test_unknown_tenant(tmp_path):
    with pytest.raises(ConfigError, match="known: k3325 Kabupaten Batang"):
        Reference.load(write(tmp_path, FILES)).regions("k9999")


def test_all_problems_are_listed(tmp_path):
    bad = FILES | {
        "wilayah.csv": FILES["wilayah.csv"]
        + "33.25.02,X,DUSUN,,\n33.25.03,Y,DESA,kemarin,\n33.25.04,Z\n,Q,DESA,,\n"
        "33.25.01,Lagi,KECAMATAN,2026-01-01,\n",
        "akun.csv": "kode;nama\n",
    }
    del bad["shdk.csv"]
    with pytest.raises(ConfigError) as caught:
        Reference.load(write(tmp_path, bad))
    text = str(caught.value)
    for expected in (
        "tingkat 'DUSUN' is not valid",
        "wilayah.csv:7: Invalid isoformat string",
        "wilayah.csv:8: wrong number of columns",
        "wilayah.csv:9: kode or nama is empty",
        "wilayah.csv: 33.25.01: two rows hold on the same day",
        "akun.csv: columns must be",
        "shdk.csv: No such file",
    ):
        assert expected in text
