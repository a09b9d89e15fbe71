"""The civil registry's extracts: residents and death certificates as CSV."""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Self

from ops.simulate.faults import Faults, Planted
from ops.simulate.files import csv_file, dmy
from ops.simulate.residents.names import spelled_otherwise
from ops.simulate.residents.people import Person, Village
from ops.simulate.words import words

DELIMITER = "|"
RESIDENTS = "BIODATA_WNI.csv"
DEATHS = "CAPIL_MATI.csv"
RESIDENT_COLUMNS = words(
    "NIK NAMA_LGKP JENIS_KLMIN TMPT_LHR TGL_LHR STAT_KWN STAT_HBKEL NIK_IBU "
    "NAMA_LGKP_IBU NIK_AYAH NAMA_LGKP_AYAH NO_KK ALAMAT NO_RT NO_RW NO_PROP NO_KAB "
    "NO_KEC NO_KEL STAT_HIDUP FLAG_STATUS TGL_ENTRI TGL_UBAH"
)
DEATH_COLUMNS = words(
    "MATI_NO MATI_NIK NO_KK NAMA_LGKP TGL_LHR JENIS_KLMIN MATI_TGL PLPR_TGL_LAPOR "
    "ADM_AKTA_NO ADM_AKTA_TGL STATUS ALASAN NO_PROP NO_KAB NO_KEC NO_KEL"
)
ACTIVE, DEAD, MOVED = "0", "1", "2"
ISSUED, CANCELLED = "TERBIT", "BATAL"


class SiakWriter:
    """Writes both extracts while villages are made."""

    def __init__(self, folder: Path, faults: Faults, planted: Planted) -> None:
        self._faults = faults
        self._planted = planted
        self._stack = ExitStack()
        self._people = self._stack.enter_context(
            csv_file(folder / "penduduk" / RESIDENTS, RESIDENT_COLUMNS, DELIMITER)
        )
        self._deaths = self._stack.enter_context(
            csv_file(folder / "kematian" / DEATHS, DEATH_COLUMNS, DELIMITER)
        )
        self.counts = {"penduduk": 0, "kematian": 0}

    def village(self, village: Village, rng: Random) -> None:
        """Writes the people of one village who have a NIK."""
        clusters = {cluster.local_id: cluster for cluster in village.clusters}
        for person in village.people:
            if not person.nik:
                continue
            name, no_kk = person.name, person.family.no_kk
            if rng.random() < self._faults.siak_nama_beda:
                self._planted.add("siak_nama_beda")
                name = spelled_otherwise(name)
            if rng.random() < self._faults.siak_kk_lama:
                self._planted.add("siak_kk_lama")
                no_kk = person.family.old_no_kk
            cluster = clusters[person.family.cluster]
            place = (cluster.rt.strip("-"), cluster.rw.strip("-"))
            self._people.writerow(_resident(village.kode, person, name, no_kk, place))
            self.counts["penduduk"] += 1
            if person.death and person.death.certified:
                self.counts["kematian"] += 1
                self._deaths.writerow(
                    death_row(self.counts["kematian"], person, village.kode)
                )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Puts the files in place, or leaves none if something failed."""
        self._stack.__exit__(kind, error, trace)


def region_columns(kode: str) -> tuple[str, ...]:
    """NO_PROP, NO_KAB, NO_KEC, NO_KEL."""
    return tuple(kode.split("."))


def death_row(serial: int, person: Person, kode: str) -> Sequence[str]:
    """One certificate; the person has one."""
    death = person.death
    assert death is not None  # noqa: S101
    assert death.certified is not None  # noqa: S101
    reported = death.reported or death.certified
    return (
        *(str(serial), person.nik, person.family.no_kk, person.name),
        *(dmy(person.birth), _sex(person), dmy(death.died), dmy(reported)),
        *(death.certificate, dmy(death.certified), ISSUED, ""),
        *region_columns(kode),
    )


def _resident(
    kode: str, person: Person, name: str, no_kk: str, place: tuple[str, str]
) -> Sequence[str]:
    entered = max(person.family.recorded - timedelta(days=900), person.birth)
    alive, flag, changed = "1", ACTIVE, entered
    if person.death and person.death.certified:
        alive, flag, changed = "2", DEAD, person.death.certified
    elif person.move:
        changed = person.move.day
        flag = ACTIVE if person.move.inward else MOVED
    return (
        *(person.nik, name, _sex(person), person.place, dmy(person.birth)),
        *("2" if person.married else "1", str(person.shdk)),
        *(person.mother.nik if person.mother else "", person.mother_name),
        *(person.father.nik if person.father else "", person.father_name),
        *(no_kk, person.family.street, *place, *region_columns(kode)),
        *(alive, flag, dmy(entered), dmy(changed)),
    )


def _sex(person: Person) -> str:
    return "1" if person.sex == "L" else "2"
