"""Days, ids, rules and persons that tests of the flow share."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256

from bus.config.tenant import BudgetLine, SantunanRule, Tenant
from bus.contracts import Catalog
from bus.record import Event, Value, event_id
from bus.serde import Serde
from bus.testing.registry import MemoryRegistry

WIB = timezone(timedelta(hours=7))
SANTUNAN = "sosial.santunan.fact.v1"
PENDUDUK = "adminduk.penduduk.state.v1"
PERISTIWA = "adminduk.peristiwa.fact.v1"
KELAYAKAN = "sosial.kelayakan.state.v1"
ANGGARAN = "keuangan.anggaran.state.v1"
RESERVASI = "keuangan.reservasi.fact.v1"
MUTU = "tata.mutu.fact.v1"
DESA = "33.25.12.2003"
JUTA = Decimal("1000000.00")

Masukan = tuple[str, Event]


@lru_cache(maxsize=1)
def katalog() -> Catalog:
    return Catalog.load()


@lru_cache(maxsize=1)
def serde() -> Serde:
    """One for all worlds: compiling the schemas takes longer than most tests."""
    return Serde(katalog(), MemoryRegistry())


def hari(teks: str) -> int:
    return (date.fromisoformat(teks) - date(1970, 1, 1)).days


def saat(teks: str) -> int:
    """Noon of a day in WIB, in ms."""
    noon = datetime.fromisoformat(f"{teks}T12:00:00").replace(tzinfo=WIB)
    return int(noon.timestamp() * 1000)


_HURUF = str.maketrans("0123456789", "ghijklmnop")


def subjek(nik: str) -> str:
    return "s" + sha256(nik.encode()).hexdigest()[:25].translate(_HURUF)


def kk(no_kk: str) -> str:
    return "kk" + sha256(no_kk.encode()).hexdigest()[:24].translate(_HURUF)


def garis(tahun: int) -> BudgetLine:
    return BudgetLine(
        tahun=tahun,
        kode_skpd="5.02.0",
        kode_sub_giat="5.02.02.2.04.0009",
        kode_akun="5.3.01.01.01.0001",
    )


def kunci(tahun: int) -> str:
    g = garis(tahun)
    return f"{tahun}|{g.kode_skpd}|{g.kode_sub_giat}|{g.kode_akun}"


def tenant(**aturan: object) -> Tenant:
    santunan = SantunanRule.model_validate(
        {
            "versi": "uji-1",
            "anggaran": tuple(garis(t) for t in (2025, 2026, 2027)),
            **aturan,
        }
    )
    return Tenant(id="k3325", kode="33.25", nama="Uji", santunan=santunan)


def orang(
    nik: str | None, nama: str, lahir: str | None, jk: str = "L", id_: str = ""
) -> Value:
    return {
        "subjek_id": id_ or subjek(nik or nama),
        "nik": nik,
        "nama": nama,
        "tgl_lahir": None if lahir is None else hari(lahir),
        "jk": jk,
    }


def peristiwa(
    jenis: str, key: str, value: Value, ref: str, waktu: int, operasi: str = "DIBUAT"
) -> Event:
    return Event(
        type=jenis,
        key=key,
        value=value,
        id=event_id("uji", jenis, ref, repr(sorted(value.items(), key=str)), operasi),
        source=f"/k3325/{ref.split('|', maxsplit=1)[0]}",
        time_ms=waktu,
        operation=operasi,
        classification="PRIBADI_SPESIFIK",
    )
