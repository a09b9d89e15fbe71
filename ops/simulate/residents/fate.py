"""What happened to the people of a village: deaths, moves, and what is known of it."""

from datetime import date, timedelta
from math import exp
from random import Random

from ops.simulate.chance import drawer
from ops.simulate.faults import Faults, Planted
from ops.simulate.residents.people import Death, Move, Person, Village
from ops.simulate.words import words

HISTORY_DAYS = 180
MOVES_PER_YEAR = 0.02
CERTIFIED = 0.5
INWARD = 0.5

_PLACE = drawer(
    [("RUMAH", 0.7), ("RUMAH SAKIT", 0.24), ("PERJALANAN", 0.03), ("LAINNYA", 0.03)]
)
_DISTANCE = drawer([(1, 0.3), (2, 0.2), (3, 0.35), (4, 0.15)])
ROMAN = words("I II III IV V VI VII VIII IX X XI XII")


class Fates:
    """Decides the fate of each person of a village, with faults of registration."""

    def __init__(self, today: date, faults: Faults, planted: Planted) -> None:
        self.today = today
        self._faults = faults
        self._planted = planted
        self._letters = 0
        self._certificates = 0

    def befall(self, village: Village, rng: Random) -> None:
        """Sets `death` and `move` of the village's people."""
        self._letters = 0
        for person in village.people:
            self._one(village, person, rng)

    def _one(self, village: Village, person: Person, rng: Random) -> None:
        faults, chance = self._faults, rng.random()
        if chance < (edge := faults.siak_belum_mati):
            self._planted.add("siak_belum_mati")
            person.death = self._old_death(person, rng, known_to="desa")
        elif chance < (edge := edge + faults.desa_sudah_mati):
            self._planted.add("desa_sudah_mati")
            person.death = self._old_death(person, rng, known_to="siak")
        elif chance < (edge := edge + faults.desa_sudah_pindah):
            self._planted.add("desa_sudah_pindah")
            person.move = self._move(rng, inward=False, known=False)
        elif chance < edge + MOVES_PER_YEAR * HISTORY_DAYS / 365:
            person.move = self._move(rng, inward=rng.random() < INWARD)
        elif rng.random() < self._hazard(person):
            died = self.today - timedelta(days=1 + int(rng.random() * HISTORY_DAYS))
            if died > person.birth:
                person.death = self.recent(village.kode, died, rng)

    def is_recent(self, person: Person) -> bool:
        """Whether the village reported this death within the history."""
        death = person.death
        if death is None or death.reported is None:
            return False
        return (self.today - death.died).days <= HISTORY_DAYS

    def recent(self, kode: str, died: date, rng: Random) -> Death:
        """A death the village reported, with a certificate if it was asked for."""
        known = self.today - timedelta(days=1)
        reported = min(known, died + timedelta(days=int(rng.expovariate(0.35))))
        death = Death(died, reported, self._letter(kode, reported), _PLACE(rng))
        certified = reported + timedelta(days=5 + int(rng.random() * 40))
        if rng.random() < CERTIFIED and certified <= self.today:
            death.certified = certified
            death.certificate = self._certificate(certified)
        return death

    def _old_death(self, person: Person, rng: Random, known_to: str) -> Death:
        lived = (self.today - person.birth).days
        days = min(lived - 1, HISTORY_DAYS + 30 + int(rng.random() * 2500))
        died = self.today - timedelta(days=max(1, days))
        known = self.today - timedelta(days=1)
        reported = min(known, died + timedelta(days=int(rng.random() * 20)))
        if known_to == "desa":
            letter = f"474.3/{1 + int(rng.random() * 99):03d}/{reported.year}"
            return Death(died, reported, letter, _PLACE(rng))
        return Death(died, None, "", _PLACE(rng), reported, self._certificate(reported))

    def _move(self, rng: Random, *, inward: bool, known: bool = True) -> Move:
        day = self.today - timedelta(days=1 + int(rng.random() * HISTORY_DAYS))
        number = f"SKP/3325/{day:%d%m%Y}/{1 + int(rng.random() * 9998):04d}"
        return Move(day, inward, number, _DISTANCE(rng), known)

    def _hazard(self, person: Person) -> float:
        """Chance of death within the history, by age (Gompertz)."""
        yearly = 0.00024 * exp(0.072 * person.age(self.today))
        return yearly * HISTORY_DAYS / 365

    def _letter(self, kode: str, day: date) -> str:
        self._letters += 1
        return (
            f"474.3/{self._letters:03d}/{kode[-4:]}/{ROMAN[day.month - 1]}/{day.year}"
        )

    def _certificate(self, day: date) -> str:
        self._certificates += 1
        return f"3325-KM-{day:%d%m%Y}-{self._certificates:04d}"
