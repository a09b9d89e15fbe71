"""The complaints app's database, LAPOR!'s exports, and the tables of the offices."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ops.simulate.aduan.reports import Complaint, Step
from ops.simulate.aduan.tables import ADUAN, KOMANDO, OPD, PENGADUAN, TANGGAPAN
from ops.simulate.aduan.words import (
    EMERGENCY,
    FLOOD,
    REFERRED,
    SUBJECTS,
)
from ops.simulate.files import csv_file
from ops.simulate.fiscal.offices import offices
from ops.simulate.store import Store, fill

LAPOR_SHARE = 5  # every fifth report came in through LAPOR!
LAPOR = (
    *("TRACKING_ID", "TANGGAL", "KLASIFIKASI", "KATEGORI", "JUDUL", "ISI", "LAT"),
    *("LNG", "ALAMAT", "KODE_DESA", "ANONIM", "RAHASIA", "NIK", "NAMA", "STATUS"),
)
LAPOR_TL = ("TL_ID", "TRACKING_ID", "WAKTU", "JENIS", "KODE_SKPD", "ISI", "LAMPIRAN")
ROUTES = (
    *("KATEGORI", "WILAYAH", "TINDAKAN", "TUJUAN", "BERLAKU_DARI"),
    "BERLAKU_SAMPAI",
)
# As decreed for the year; the day is that of every year where it does not move.
HOLIDAYS = (
    (1, 1, "LIBUR_NASIONAL", "Tahun Baru Masehi"),
    (3, 20, "CUTI_BERSAMA", "Idulfitri"),
    (3, 23, "CUTI_BERSAMA", "Idulfitri"),
    (5, 1, "LIBUR_NASIONAL", "Hari Buruh"),
    (6, 1, "LIBUR_NASIONAL", "Hari Lahir Pancasila"),
    (8, 17, "LIBUR_NASIONAL", "Proklamasi Kemerdekaan"),
    (12, 25, "LIBUR_NASIONAL", "Natal"),
    (12, 26, "CUTI_BERSAMA", "Natal"),
)


def write_complaints(
    aduan: Store, opd: Store, komando: Store, folder: Path, made: list[Complaint]
) -> dict[str, dict[str, int]]:
    """Makes the stores anew; rows by app and table."""
    for store, tables in ((aduan, ADUAN), (opd, OPD), (komando, KOMANDO)):
        store.rebuild(tables)
    made.sort(key=lambda c: (c.at, c.kode, c.text, c.channel))
    own = [c for number, c in enumerate(made) if number % LAPOR_SHARE]
    national = [c for number, c in enumerate(made) if not number % LAPOR_SHARE]
    with aduan.writing() as connection:
        reports = fill(
            connection,
            PENGADUAN,
            (complaint_row(number, c) for number, c in enumerate(own, start=1)),
        )
        journal = sorted(
            (
                (step.at, number, step)
                for number, c in enumerate(own, 1)
                for step in c.steps
            ),
            key=lambda item: item[:2],
        )
        steps = fill(
            connection,
            TANGGAPAN,
            (
                step_row(serial, number, step)
                for serial, (_, number, step) in enumerate(journal, start=1)
            ),
        )
    return {
        "aduan": {"pengaduan": reports, "tanggapan": steps, "bus_masuk": 0},
        "lapor": _lapor(folder / "lapor", national),
        "opd": {"bus_masuk": 0},
        "komando": {"bus_masuk": 0},
    }


def complaint_row(number: int, c: Complaint) -> tuple[Any, ...]:
    """The columns of `pengaduan`."""
    return (
        *(number, c.at.date().isoformat(), moment(c.at), c.nik, "", c.name),
        *(c.channel, c.subject, "", c.text, c.kode, c.lat, c.lng, ""),
        *(f"foto_{number}.jpg", _yes(c.anonymous), _yes(c.secret), c.status, "T"),
    )


def step_row(serial: int, number: int, step: Step) -> tuple[Any, ...]:
    """The columns of `tanggapan`."""
    officer = 1 + serial % 40
    return (
        *(serial, number, moment(step.at), step.kind, step.office),
        *(step.text, step.proof, officer),
    )


def moment(at: datetime) -> str:
    """A local time as SQLite and MySQL both keep it."""
    return f"{at:%Y-%m-%d %H:%M:%S}.000000"


def _yes(value: object) -> str:
    return "Y" if value else "T"


def _lapor(folder: Path, made: list[Complaint]) -> dict[str, int]:
    """Exports in the shape of LAPOR!: reports, and what was done about them."""
    with csv_file(folder / "laporan" / "laporan_awal.csv", LAPOR, ";") as file:
        file.writerows(_lapor_rows(made))
    steps = [(n, s) for n, c in enumerate(made, start=1) for s in c.steps]
    with csv_file(folder / "tl" / "tl_awal.csv", LAPOR_TL, ";") as file:
        for serial, (number, step) in enumerate(steps, start=1):
            file.writerow(
                (
                    *(serial, f"LP{number:06d}", f"{step.at:%d/%m/%Y %H:%M:%S}"),
                    *(step.kind, step.office, step.text, step.proof),
                )
            )
    return {"laporan": len(made), "tl": len(steps)}


def _lapor_rows(made: list[Complaint]) -> Iterator[tuple[object, ...]]:
    status = {"0": "BELUM_VERIFIKASI", "proses": "PROSES", "selesai": "SELESAI"}
    for number, c in enumerate(made, start=1):
        yield (
            *(f"LP{number:06d}", f"{c.at:%d/%m/%Y %H:%M:%S}", "PENGADUAN", c.subject),
            *("", c.text, c.lat, c.lng, "", c.kode, _yes(c.anonymous)),
            *(_yes(c.secret), c.nik, c.name, status[c.status]),
        )


def write_tables(folder: Path, years: Iterable[int]) -> dict[str, int]:
    """Holidays, offices and the routing table, as their owners export them."""
    counts = {}
    days = [(date(y, m, d), kind, name) for y in years for m, d, kind, name in HOLIDAYS]
    with csv_file(
        folder / "libur" / "libur.csv", ("TANGGAL", "JENIS", "NAMA", "DASAR"), ";"
    ) as file:
        for day, kind, name in days:
            decree = f"SKB {day.year}"
            file.writerow((f"{day:%d-%m-%Y}", kind, name, decree))
    counts["libur"] = len(days)
    with csv_file(
        folder / "opd" / "opd.csv", ("KODE_SKPD", "NAMA", "AKTIF", "PENGGANTI"), ";"
    ) as file:
        file.writerows((o.code, o.name, "Y", "") for o in offices())
        file.writerow((EMERGENCY, "Pusat Layanan 112", "Y", ""))
    counts["opd"] = len(offices()) + 1
    rows = [(s.name, "", "DISPOSISI", s.office) for s in SUBJECTS]
    rows.append((REFERRED[0], "", "RUJUK", REFERRED[2]))
    # In this kecamatan blocked drains are the public works office's.
    rows.append((FLOOD, "33.25.11", "DISPOSISI", SUBJECTS[0].office))
    with csv_file(folder / "rute" / "rute.csv", ROUTES, ";") as file:
        file.writerows((*row, "", "") for row in rows)
    counts["rute"] = len(rows)
    return counts
