"""Citizen reports of the last weeks in the complaints app, with the faults of §2.3."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random

from ops.simulate.aduan.words import (
    ANSWERS,
    CHANNELS,
    PLACES,
    REFERRED,
    SUBJECTS,
    WRONG,
    Subject,
    degrees,
    middle_of,
    near,
)
from ops.simulate.chance import drawer
from ops.simulate.faults import Faults, Planted
from ops.simulate.residents.people import Village

HISTORY_DAYS = 28
PER_RESIDENT = 1 / 120
WEEKDAY_PEAK = 1.6
SECRET = 0.05
UNKNOWN_SUBJECT, LEGAL = 0.06, 0.03
VILLAGE_E6 = 4_000

_SUBJECT = drawer([(subject, subject.weight) for subject in SUBJECTS])
# Days until the office answers; some never do.
_ANSWERED = drawer([(1, 0.3), (2, 0.25), (4, 0.2), (9, 0.12), (99, 0.13)])


@dataclass(frozen=True, slots=True)
class Step:
    """One row of `tanggapan` without its ids."""

    at: datetime
    kind: str
    office: str = ""
    text: str = ""
    proof: str = ""


@dataclass(frozen=True, slots=True)
class Complaint:
    """One row of `pengaduan` without its id, and what was done about it."""

    at: datetime
    nik: str
    name: str
    channel: str
    subject: str
    text: str
    kode: str
    lat: str = ""
    lng: str = ""
    anonymous: bool = False
    secret: bool = False
    steps: tuple[Step, ...] = field(default=())

    @property
    def status(self) -> str:
        kinds = [step.kind for step in self.steps]
        if not kinds:
            return "0"
        return "selesai" if kinds[-1] == "selesai" else "proses"


class Citizens:
    """Writes complaints of a village's people.

    Args:
        today: the day the world is looked at; reports end the day before.
        faults: how wrong they are.
        planted: counts them.
    """

    def __init__(self, today: date, faults: Faults, planted: Planted) -> None:
        self._today = today
        self._faults = faults
        self._planted = planted

    def complaints(self, village: Village, rng: Random) -> Iterator[Complaint]:
        """Reports of the last weeks, repetitions by another channel included."""
        people = [person for person in village.people if person.present]
        expected = len(people) * PER_RESIDENT
        count = int(expected) + (rng.random() < expected % 1)
        for _ in range(count):
            person = people[int(rng.random() * len(people))]
            made = self._one(village.kode, person.nik, person.name, rng)
            yield made
            if rng.random() < self._faults.aduan_ganda and not made.anonymous:
                self._planted.add("aduan_ganda")
                yield self._again(made, rng)

    def write(
        self, kode: str, nik: str, name: str, at: datetime, rng: Random
    ) -> Complaint:
        """One report as it is typed, nothing done about it yet."""
        subject, place = _SUBJECT(rng), PLACES[int(rng.random() * len(PLACES))]
        text = subject.texts[int(rng.random() * len(subject.texts))]
        name_of_subject, chance = subject.name, rng.random()
        if chance < LEGAL:
            name_of_subject, text, _ = REFERRED
        elif chance < LEGAL + UNKNOWN_SUBJECT:
            name_of_subject = ""
        made = Complaint(
            at=at,
            nik=nik,
            name=name,
            channel=CHANNELS[int(rng.random() * len(CHANNELS))],
            subject=name_of_subject,
            text=text.format(p=place),
            kode=kode.replace(".", ""),
        )
        return self._hidden(self._placed(made, rng), rng)

    def _one(self, kode: str, nik: str, name: str, rng: Random) -> Complaint:
        made = self.write(kode, nik, name, self._moment(rng), rng)
        subject = next((s for s in SUBJECTS if s.name == made.subject), None)
        if subject is None:
            return made
        return replace(made, steps=tuple(self._handled(made.at, subject, rng)))

    def _moment(self, rng: Random) -> datetime:
        """Weekdays are busier; people write by day."""
        while True:
            day = self._today - timedelta(days=1 + int(rng.random() * HISTORY_DAYS))
            if day.isoweekday() <= 5 or rng.random() < 1 / WEEKDAY_PEAK:  # noqa: PLR2004
                break
        clock = time(6 + int(rng.random() * 16), int(rng.random() * 60))
        return datetime.combine(day, clock)

    def _placed(self, made: Complaint, rng: Random) -> Complaint:
        if rng.random() < self._faults.aduan_tanpa_lokasi:
            self._planted.add("aduan_tanpa_lokasi")
            return made
        lat, lng = near(rng, middle_of(made.kode), VILLAGE_E6)
        return replace(made, lat=degrees(lat), lng=degrees(lng))

    def _hidden(self, made: Complaint, rng: Random) -> Complaint:
        if rng.random() < self._faults.aduan_anonim:
            self._planted.add("aduan_anonim")
            return replace(made, nik="", name="", anonymous=True)
        return replace(made, secret=rng.random() < SECRET)

    def _again(self, made: Complaint, rng: Random) -> Complaint:
        """The same by another channel, some hours later."""
        others = [channel for channel in CHANNELS if channel != made.channel]
        later = made.at + timedelta(hours=1 + int(rng.random() * 20))
        last = datetime.combine(self._today, time(0)) - timedelta(minutes=1)
        channel = others[int(rng.random() * len(others))]
        return replace(made, at=min(later, last), channel=channel, steps=())

    def _handled(self, at: datetime, subject: Subject, rng: Random) -> Iterator[Step]:
        """What officers did about it until yesterday."""
        now = datetime.combine(self._today, time(0))
        at += timedelta(hours=2 + rng.random() * 20)
        if rng.random() < self._faults.aduan_salah_opd:
            self._planted.add("aduan_salah_opd")
            yield from _until(now, Step(at, "disposisi", WRONG))
            at += timedelta(hours=3 + rng.random() * 30)
            wrong = Step(at, "kembali", WRONG, "Bukan wewenang kami.")
            yield from _until(now, wrong)
            at += timedelta(hours=1 + rng.random() * 10)
        yield from _until(now, Step(at, "disposisi", subject.office))
        at += timedelta(days=_ANSWERED(rng), hours=rng.random() * 6)
        yield from _until(now, answer(at, subject.office, rng))
        if rng.random() < self._faults.aduan_dibuka:
            at += timedelta(days=1)
            if at < now:
                self._planted.add("aduan_dibuka")
            yield from _until(now, Step(at, "buka", text="Belum beres"))


def answer(at: datetime, office: str, rng: Random) -> Step:
    """An answer with evidence."""
    text = ANSWERS[int(rng.random() * len(ANSWERS))]
    return Step(at, "selesai", office, text, f"bukti_{int(rng.random() * 1e6)}.jpg")


def _until(now: datetime, step: Step) -> Iterator[Step]:
    if step.at < now:
        yield replace(step, at=step.at.replace(microsecond=0))
