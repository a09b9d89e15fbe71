"""People and families of the synthetic tenant, as plain values."""

from dataclasses import dataclass, field
from datetime import date

# Relation to the head of the family, SHDK (`domain.md` §2.2 c).
HEAD, HUSBAND, WIFE, CHILD, GRANDCHILD, PARENT, OTHER = 1, 2, 3, 4, 6, 7, 11

ALIVE, DEAD, MOVED = "HIDUP", "MATI", "PINDAH"


@dataclass(slots=True)
class Death:
    """A death as it happened and as the offices know it.

    Attributes:
        died: the day of death.
        reported: the day the village wrote it down; None if it never did.
        letter: number of the village's death letter.
        place: where, as OpenSID stores it.
        certified: the day of Disdukcapil's certificate; None if there is none.
        certificate: its number.
    """

    died: date
    reported: date | None
    letter: str
    place: str
    certified: date | None = None
    certificate: str = ""


@dataclass(slots=True)
class Move:
    """A person who came (`inward`) or left, with the village's knowledge of it."""

    day: date
    inward: bool
    number: str
    distance: int
    known: bool = True


@dataclass(slots=True, eq=False)
class Person:
    """One resident; `local_id` is `tweb_penduduk.id`."""

    local_id: int
    nik: str
    name: str
    sex: str
    birth: date
    place: str
    shdk: int
    family: "Family"
    mother: "Person | None" = None
    father: "Person | None" = None
    mother_name: str = ""
    father_name: str = ""
    married: bool = False
    death: Death | None = None
    move: Move | None = None

    def age(self, today: date) -> int:
        return (today - self.birth).days // 365

    @property
    def present(self) -> bool:
        """Alive and living in the village."""
        return self.death is None and (self.move is None or self.move.inward)


@dataclass(slots=True, eq=False)
class Family:
    """One family card. `decile` 1 is poorest; `listed` means DTSEN has it."""

    local_id: int
    no_kk: str
    old_no_kk: str
    cluster: int
    street: str
    recorded: date
    decile: int
    listed: bool = True
    members: list[Person] = field(default_factory=list)


@dataclass(slots=True)
class Cluster:
    """One RT; what stands in `tweb_wil_clusterdesa`."""

    local_id: int
    rt: str
    rw: str
    dusun: str


@dataclass(slots=True)
class Village:
    """One desa or kelurahan with everybody in it."""

    config_id: int
    kode: str
    name: str
    kecamatan: str
    clusters: list[Cluster]
    families: list[Family] = field(default_factory=list)

    @property
    def people(self) -> list[Person]:
        return [person for family in self.families for person in family.members]
