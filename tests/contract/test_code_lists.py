"""The code lists of the package against the counts of `domain.md` §4.2."""

import re
from collections import Counter
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bus.config.load import load_tenant
from bus.contracts.reference import Reference

REFERENCE = Reference.load()
DAY = date(2026, 3, 2)
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("tenant", "districts", "urban", "villages"),
    [
        ("k3325", 15, 9, 239),
        ("k3374", 16, 177, 0),
        ("k3322", 19, 27, 208),
        ("k3371", 3, 17, 0),
        ("k3524", 27, 12, 462),
        ("k3508", 21, 7, 198),
        ("k3271", 6, 68, 0),
        ("k6303", 20, 13, 277),
    ],
)
def test_region_counts(tenant, districts, urban, villages):
    regions = REFERENCE.valid_on(DAY).regions(tenant)
    count = Counter(region.tingkat for region in regions)
    assert count["KECAMATAN"] == districts
    assert count["KELURAHAN"] == urban
    assert count["DESA"] == villages
    assert count["KABUPATEN"] + count["KOTA"] == 1
    assert regions[0].kode == REFERENCE.government(tenant).kode


def test_region_codes_are_well_formed_and_have_a_parent():
    codes = {region.kode for region in REFERENCE.all_regions}
    assert len(codes) == len(REFERENCE.all_regions)
    for region in REFERENCE.all_regions:
        assert re.fullmatch(r"\d\d\.\d\d(\.\d\d(\.[123]\d{3})?)?", region.kode)
        if len(region.kode) > 5:
            assert region.kode.rpartition(".")[0] in codes
        assert region.nama == region.nama.strip()
        if len(region.kode) == 13:
            level = {"1": "KELURAHAN", "2": "DESA", "3": "DESA_ADAT"}
            assert region.tingkat == level[region.kode[9]]


def test_zones():
    zones = {row.tenant: row.zona_waktu for row in REFERENCE.governments}
    assert len(zones) == 8
    assert zones.pop("k6303") == "Asia/Makassar"
    assert {ZoneInfo(name).key for name in zones.values()} == {"Asia/Jakarta"}


def test_family_relations():
    names = [REFERENCE.relation(code, DAY).nama for code in range(1, 12)]
    assert names[:4] == ["Kepala Keluarga", "Suami", "Istri", "Anak"]
    assert REFERENCE.relation(12, DAY) is None


def test_code_forms():
    for row in REFERENCE.accounts:
        assert re.fullmatch(r"\d\.\d\.\d\d\.\d\d\.\d\d\.\d{4}", row.kode)
    for row in REFERENCE.sub_activities:
        assert re.fullmatch(r"\d\.\d\d\.\d\d\.2\.\d\d\.\d{4}", row.kode)


def test_budget_lines_of_the_example_tenant_are_official():
    tenant = load_tenant(ROOT / "ops/examples/batang/tenant.yaml")
    assert REFERENCE.government(tenant.id).zona_waktu == tenant.zona_waktu
    for line in tenant.santunan.anggaran:
        first = date(line.tahun, 1, 1)
        assert REFERENCE.account(line.kode_akun, first) is not None
        assert REFERENCE.sub_activity(line.kode_sub_giat, first) is not None
