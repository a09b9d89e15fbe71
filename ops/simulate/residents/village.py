"""Builds the families of one village."""

from datetime import date, timedelta
from random import Random

from ops.simulate.chance import drawer
from ops.simulate.residents.names import PLACES, name_of
from ops.simulate.residents.numbers import FOREIGN, Numbers
from ops.simulate.residents.people import (
    CHILD,
    GRANDCHILD,
    HEAD,
    PARENT,
    WIFE,
    Cluster,
    Family,
    Person,
    Village,
)

BORN_ELSEWHERE = 0.06
MEN, WIDOWS = 0.505, 0.65
FIRST_BIRTH_AGE, LAST_BIRTH_AGE, GROWN, OLDEST = 19, 42, 20, 100
LEAVE_HOME_DAYS = 30 * 365
_CHILDREN = drawer([(0, 0.16), (1, 0.28), (2, 0.34), (3, 0.16), (4, 0.06)])
_KIND = drawer(
    [
        ("couple", 0.66),
        ("mother", 0.12),
        ("alone", 0.08),
        ("three", 0.11),
        ("kin", 0.03),
    ]
)
_DECILE = drawer(
    [
        (1, 12),
        (2, 12),
        (3, 11),
        (4, 11),
        (5, 10),
        (6, 10),
        (7, 10),
        (8, 9),
        (9, 8),
        (10, 7),
    ]
)
_STREETS = ("DK.", "DSN.", "JL.", "GG.")


class FamilyBuilder:
    """Makes families one after another, with ids counted on over all villages.

    Args:
        today: the day the world is looked at.
        first_person: first free `tweb_penduduk.id`.
        first_family: first free `tweb_keluarga.id`.
    """

    def __init__(self, today: date, first_person: int = 1, first_family: int = 1):
        self.today = today
        self.next_person = first_person
        self.next_family = first_family

    def fill(
        self, village: Village, numbers: Numbers, residents: int, rng: Random
    ) -> None:
        """Adds families until the village has exactly so many residents."""
        self._rng, self._numbers = rng, numbers
        left = residents
        while left > 0:
            family = self._family(rng.choice(village.clusters))
            if len(family.members) > left:
                self.next_person -= len(family.members) - left
                del family.members[left:]
            left -= len(family.members)
            village.families.append(family)

    def newborn(self, family: Family, mother: Person, birth: date) -> Person:
        """A baby whose birth is not registered yet: no NIK."""
        baby = self._person(family, self._sex(), birth, CHILD, nik="")
        baby.mother, baby.mother_name = mother, mother.name
        return baby

    def _family(self, cluster: Cluster) -> Family:
        rng = self._rng
        recorded = self.today - timedelta(days=30 + int(rng.random() * 5000))
        older = recorded - timedelta(days=400 + int(rng.random() * 2000))
        family = Family(
            local_id=self.next_family,
            no_kk=self._numbers.no_kk(recorded),
            old_no_kk=self._numbers.no_kk(older),
            cluster=cluster.local_id,
            street=f"{rng.choice(_STREETS)} {cluster.dusun}",
            recorded=recorded,
            decile=_DECILE(rng),
        )
        self.next_family += 1
        self._members(family, _KIND(rng))
        return family

    def _members(self, family: Family, kind: str) -> None:
        rng = self._rng
        if kind == "alone":
            self._person(family, self._sex(), self._born(50, 88), HEAD)
            return
        if kind == "mother":
            head = self._person(family, "P", self._born(28, 70), HEAD)
            self._children(family, head, None)
            return
        head = self._person(family, "L", self._born(24, 74), HEAD, married=True)
        years = int(rng.gauss(3.5, 3))
        wife_age = max(20, head.age(self.today) - years)
        wife = self._person(
            family, "P", self._born(wife_age, wife_age + 1), WIFE, married=True
        )
        self._children(family, wife, head)
        if kind == "three":
            self._grandparent(family, head)
        elif kind == "kin":
            self._grandchild(family)

    def _children(self, family: Family, mother: Person, father: Person | None) -> None:
        latest = min(mother.age(self.today), LAST_BIRTH_AGE)
        for _ in range(_CHILDREN(self._rng)):
            if latest <= FIRST_BIRTH_AGE:
                return
            at = FIRST_BIRTH_AGE + self._days(latest - FIRST_BIRTH_AGE)
            birth = mother.birth + timedelta(days=at * 365 + self._days(365))
            if birth >= self.today or (self.today - birth).days > LEAVE_HOME_DAYS:
                continue
            child = self._person(family, self._sex(), birth, CHILD)
            self._of(child, mother, father)

    def _grandparent(self, family: Family, head: Person) -> None:
        age = head.age(self.today) + 20 + self._days(8)
        if age > OLDEST:
            return
        sex = "P" if self._rng.random() < WIDOWS else "L"
        parent = self._person(family, sex, self._born(age, age + 1), PARENT)
        if sex == "P":
            head.mother, head.mother_name = parent, parent.name
        else:
            head.father, head.father_name = parent, parent.name

    def _grandchild(self, family: Family) -> None:
        mothers = [
            member
            for member in family.members
            if member.shdk == CHILD
            and member.sex == "P"
            and member.age(self.today) > GROWN
        ]
        if mothers:
            child = self._person(family, self._sex(), self._born(0, 2), GRANDCHILD)
            self._of(child, mothers[0], None)

    def _person(
        self,
        family: Family,
        sex: str,
        birth: date,
        shdk: int,
        *,
        married: bool = False,
        nik: str | None = None,
    ) -> Person:
        rng = self._rng
        if nik is None:
            region = rng.choice(FOREIGN) if rng.random() < BORN_ELSEWHERE else None
            nik = self._numbers.nik(birth, sex, region)
        person = Person(
            local_id=self.next_person,
            nik=nik,
            name=name_of(rng, sex),
            sex=sex,
            birth=birth,
            place=PLACES[int(rng.random() * len(PLACES))],
            shdk=shdk,
            family=family,
            mother_name=name_of(rng, "P"),
            father_name=name_of(rng, "L"),
            married=married,
        )
        self.next_person += 1
        family.members.append(person)
        return person

    @staticmethod
    def _of(child: Person, mother: Person, father: Person | None) -> None:
        child.mother, child.mother_name = mother, mother.name
        if father is not None:
            child.father, child.father_name = father, father.name

    def _sex(self) -> str:
        return "L" if self._rng.random() < MEN else "P"

    def _days(self, bound: int) -> int:
        return int(self._rng.random() * bound)

    def _born(self, youngest: int, oldest: int) -> date:
        days = youngest * 365 + self._days(max(1, (oldest - youngest) * 365))
        return self.today - timedelta(days=days + 1)
