"""Claims as a village officer types them into e-Sakti, with the faults of §2.3."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from ops.simulate.chance import drawer
from ops.simulate.faults import Faults, Planted
from ops.simulate.files import dmy
from ops.simulate.residents.fate import HISTORY_DAYS, ROMAN
from ops.simulate.residents.names import as_typed
from ops.simulate.residents.people import (
    CHILD,
    HUSBAND,
    PARENT,
    WIFE,
    Death,
    Family,
    Person,
    Village,
)
from ops.simulate.words import words

POOR_DECILE = 4
AMOUNT = "Rp 1.000.000"
DRAFT, FILED, CANCELLED = "0", "1", "9"
CLAIM_IF_POOR, CLAIM_IF_NOT = 0.95, 0.06
LATEST_DAY = 60
SOFT_DELETED = 0.01
MOTHERS_NIK = 0.3  # a baby's form carries its mother's number

_MONTHS = words(
    "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November "
    "Desember"
)
_STATUS = drawer([(FILED, 0.93), (DRAFT, 0.04), (CANCELLED, 0.03)])
_KIN = {
    (HUSBAND, "L"): "SUAMI",
    (WIFE, "P"): "ISTRI",
    (CHILD, "L"): "ANAK KANDUNG",
    (CHILD, "P"): "ANAK KANDUNG",
    (PARENT, "L"): "ORANG TUA",
    (PARENT, "P"): "ORANG TUA",
}


@dataclass(frozen=True, slots=True)
class Claim:
    """One row of `tb_santunan` without its ids; `arrives` orders the rows."""

    arrives: date
    applied: date
    kode: str
    nik: str
    no_kk: str
    name: str
    birth: str
    sex: str
    died: str
    letter: str
    certificate: str
    sktm: str
    heir_nik: str
    heir_name: str
    heir_kin: str
    status: str
    reason: str
    deleted: str


def heir_of(person: Person) -> Person | None:
    """The first heir of the family card: spouse, else grown child, else anybody."""
    others = [m for m in person.family.members if m is not person and m.present]
    order = {HUSBAND: 0, WIFE: 0, 1: 0, CHILD: 1, PARENT: 2}
    return min(others, key=lambda m: (order.get(m.shdk, 3), m.birth), default=None)


def kinship(person: Person, heir: Person) -> str:
    """How the officer writes the heir's relation; free text in the app."""
    if heir.shdk == 1:
        if person.shdk in {HUSBAND, WIFE}:
            return "SUAMI" if heir.sex == "L" else "ISTRI"
        return "ORANG TUA" if person.shdk == CHILD else "ANAK"
    if person.shdk == 1:
        return _KIN.get((heir.shdk, heir.sex), "SAUDARA")
    return "SAUDARA" if heir.shdk == person.shdk else "KELUARGA"


class Officer:
    """Types claims for deaths of a village."""

    def __init__(self, today: date, faults: Faults, planted: Planted) -> None:
        self._today = today
        self._faults = faults
        self._planted = planted

    def claims(self, village: Village, rng: Random) -> list[Claim]:
        """Claims for the recent, reported deaths of a village."""
        found = []
        for person in village.people:
            death = person.death
            if death is None or death.reported is None:
                continue
            if (self._today - death.died).days > HISTORY_DAYS:
                continue
            wants = CLAIM_IF_POOR if self.is_poor(person.family) else CLAIM_IF_NOT
            heir = heir_of(person)
            if heir is not None and rng.random() < wants:
                found += self._typed(village.kode, person, death, heir, rng)
        return found

    @staticmethod
    def is_poor(family: Family) -> bool:
        return family.decile <= POOR_DECILE

    def _typed(
        self, kode: str, person: Person, death: Death, heir: Person, rng: Random
    ) -> list[Claim]:
        days = max(0, (self._today - death.died).days - 1)
        applied = death.died + timedelta(days=min(days, 2 + int(rng.random() * 25)))
        if days > LATEST_DAY and rng.random() < self._faults.esakti_lewat:
            late = LATEST_DAY + 1 + int(rng.random() * min(30, days - LATEST_DAY))
            applied = death.died + timedelta(days=late)
            self._planted.add("esakti_lewat")
        arrives = applied
        if rng.random() < self._faults.esakti_terlambat:
            self._planted.add("esakti_terlambat")
            arrives = applied + timedelta(days=7 + int(rng.random() * 14))
        claim = self.row(kode, person, death, heir, applied, rng)
        claim = replace(claim, arrives=arrives)
        if rng.random() < self._faults.esakti_ganda:
            others = [m for m in person.family.members if m.present and m is not heir]
            second = others[0] if others else heir
            self._planted.add("esakti_ganda")
            again = self.row(kode, person, death, second, applied, rng)
            return [claim, replace(again, arrives=arrives + timedelta(days=3))]
        return [claim]

    def row(
        self,
        kode: str,
        person: Person,
        death: Death,
        heir: Person,
        applied: date,
        rng: Random,
    ) -> Claim:
        """One claim form, filled in by hand."""
        sktm = "T"
        if self.is_poor(person.family) and rng.random() < self._faults.esakti_sktm:
            self._planted.add("esakti_sktm")
            person.family.listed = False
            sktm = "Y"
        birth, died = self._dates(person.birth, death.died, rng)
        status = _STATUS(rng)
        return Claim(
            arrives=applied,
            applied=applied,
            kode=kode.replace(".", ""),
            nik=self._nik(person, rng),
            no_kk=person.family.no_kk,
            name=as_typed(rng, person.name, person.sex),
            birth=birth,
            sex=person.sex,
            died=died,
            letter=death.letter,
            certificate=death.certificate,
            sktm=sktm,
            heir_nik=heir.nik,
            heir_name=heir.name,
            heir_kin=kinship(person, heir),
            status=status,
            reason="dibatalkan pemohon" if status == CANCELLED else "",
            deleted="Y" if rng.random() < SOFT_DELETED else "T",
        )

    def _nik(self, person: Person, rng: Random) -> str:
        nik, faults, chance = person.nik, self._faults, rng.random()
        if not nik:
            mother = person.mother if rng.random() < MOTHERS_NIK else None
            return mother.nik if mother is not None else "-"
        if chance < (edge := faults.esakti_nik_spasi):
            self._planted.add("esakti_nik_spasi")
            return (
                f"{nik[:6]} {nik[6:12]} {nik[12:]}"
                if chance < edge / 2
                else (f"{nik[:6]}.{nik[6:12]}.{nik[12:]}")
            )
        if chance < (edge := edge + faults.esakti_nik_salah):
            self._planted.add("esakti_nik_salah")
            at = 13 + int(rng.random() * 3)
            return nik[:at] + str((int(nik[at]) + 1) % 10) + nik[at + 1 :]
        if chance < (edge := edge + faults.esakti_nik_15):
            self._planted.add("esakti_nik_15")
            return nik[:12] + nik[13:]
        if chance < edge + faults.esakti_nik_kosong:
            self._planted.add("esakti_nik_kosong")
            return "-"
        return nik

    def _dates(self, birth: date, died: date, rng: Random) -> tuple[str, str]:
        faults, chance = self._faults, rng.random()
        if chance < (edge := faults.esakti_tgl_miring):
            self._planted.add("esakti_tgl_miring")
            return f"{birth:%d/%m/%Y}", f"{died:%d/%m/%Y}"
        if chance < (edge := edge + faults.esakti_tgl_teks):
            self._planted.add("esakti_tgl_teks")
            return in_words(birth), in_words(died)
        if chance < edge + faults.esakti_tgl_nol:
            self._planted.add("esakti_tgl_nol")
            return "00-00-0000", dmy(died)
        return dmy(birth), dmy(died)


def in_words(day: date) -> str:
    """`12 Agustus 2026`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def registration(serial: int, day: date) -> str:
    """`no_reg`: `ES/0001/X/2018`."""
    return f"ES/{serial:04d}/{ROMAN[day.month - 1]}/{day.year}"
