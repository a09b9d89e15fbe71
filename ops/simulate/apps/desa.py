"""The villages' own system: one OpenSID database for all of them."""

from collections import deque
from datetime import date
from random import Random
from typing import Any

from sqlalchemy import Connection

from ops.simulate.apps.tables import (
    CLUSTER,
    CONFIG,
    DEATH_LETTER,
    DESA,
    KELUARGA,
    LOG_PENDUDUK,
    LOG_SURAT,
    PENDUDUK,
)
from ops.simulate.faults import Faults, Planted
from ops.simulate.residents.people import Death, Family, Move, Person, Village
from ops.simulate.store import Store, fill

Row = tuple[Any, ...]

BORN, DIED, LEFT, CAME = 1, 2, 3, 5
STATUS_ALIVE, STATUS_DEAD, STATUS_MOVED = 1, 2, 3
FLUSH = 20_000


class DesaWriter:
    """Writes villages as they are made; journals at the end, in order of reporting."""

    def __init__(
        self, store: Store, connection: Connection, faults: Faults, planted: Planted
    ) -> None:
        self._connection = connection
        self._faults = faults
        self._planted = planted
        self._people: list[Row] = []
        self._journal: list[tuple[str, Row]] = []
        self._letters: list[tuple[str, Row]] = []
        self._elsewhere: deque[Person] = deque(maxlen=60)
        self._doubles: list[tuple[int, int, Person]] = []
        self.counts: dict[str, int] = dict.fromkeys(DESA.tables, 0)
        store.rebuild(DESA)

    def village(self, village: Village, rng: Random) -> None:
        """Writes one village with everybody in it."""
        self._fill(CONFIG, [_config_row(village)])
        config = village.config_id
        self._fill(
            CLUSTER,
            [(c.local_id, config, c.rt, c.rw, c.dusun, None) for c in village.clusters],
        )
        self._fill(
            KELUARGA, [_family_row(config, family) for family in village.families]
        )
        serial = 0
        for person in village.people:
            nik = person.nik
            if not nik or rng.random() < self._faults.desa_nik_sementara:
                serial += 1
                nik = _temporary(village.kode, serial)
                if person.nik:
                    self._planted.add("desa_nik_sementara")
            self._people.append(_person_row(config, person, nik, _status(person)))
            self._report(village, person)
            if rng.random() < self._faults.desa_ganda and self._elsewhere:
                twin = rng.choice(self._elsewhere)
                self._elsewhere.remove(twin)
                self._doubles.append((config, village.clusters[0].local_id, twin))
        alive = [p for p in village.people if p.present and p.nik]
        self._elsewhere.extend(rng.sample(alive, min(len(alive), 20)))
        if len(self._people) > FLUSH:
            self._flush()

    def finish(self, next_person: int) -> dict[str, int]:
        """Writes what waited; returns rows per table."""
        self._flush()
        for offset, (config, cluster, twin) in enumerate(self._doubles):
            row = list(_person_row(config, twin, twin.nik, STATUS_ALIVE))
            row[0], row[4], row[18] = next_person + offset, None, cluster
            self._people.append(tuple(row))
        self._planted.add("desa_ganda", len(self._doubles))
        self._flush()
        for table, waiting in (
            (LOG_PENDUDUK, self._journal),
            (LOG_SURAT, self._letters),
        ):
            waiting.sort(key=lambda item: (item[0], item[1]))
            self._fill(
                table, [(at, *row) for at, (_, row) in enumerate(waiting, start=1)]
            )
        return self.counts

    def _report(self, village: Village, person: Person) -> None:
        config = village.config_id
        if (death := person.death) and death.reported:
            when = f"{death.reported} 09:00:00.000000"
            self._journal.append((when, death_row(config, person, death, when)))
            self._letters.append((when, letter_row(config, person, death.letter, when)))
        elif (move := person.move) and move.known:
            when = f"{move.day} 10:00:00.000000"
            self._journal.append((when, move_row(config, person, move, when)))

    def _fill(self, table: Any, rows: list[Row]) -> None:
        self.counts[table.name] += fill(self._connection, table, rows)

    def _flush(self) -> None:
        self._fill(PENDUDUK, self._people)
        self._people.clear()


def death_row(config: int, person: Person, death: Death, when: str) -> Row:
    """A death in `log_penduduk`, without its id."""
    return (
        *(config, person.local_id, DIED),
        *(death.place, None, None, None, death.certificate or None),
        *(None, when, str(death.died)),
        *_card(person),
        *(None, None),
        *(when, 1, when, 1),
    )


def move_row(config: int, person: Person, move: Move, when: str) -> Row:
    """A move in `log_penduduk`, without its id; its number stands in the note."""
    target = None if move.inward else "LUAR DESA"
    return (
        *(config, person.local_id, CAME if move.inward else LEFT),
        *(None, None, None, None, None),
        *(target, when, str(move.day)),
        *_card(person),
        *(move.distance, move.number),
        *(when, 1, when, 1),
    )


def letter_row(config: int, person: Person, number: str, when: str) -> Row:
    """The death letter in `log_surat`, without its id."""
    day = date.fromisoformat(when[:10])
    return (
        *(config, DEATH_LETTER, person.local_id, number, when),
        *(f"{day.month:02d}", str(day.year)),
    )


def _status(person: Person) -> int:
    if person.death is not None and person.death.reported is not None:
        return STATUS_DEAD
    if person.move is not None and not person.move.inward and person.move.known:
        return STATUS_MOVED
    return STATUS_ALIVE


def _card(person: Person) -> tuple[str, str]:
    return person.family.no_kk, person.family.members[0].name


def _temporary(kode: str, serial: int) -> str:
    return f"0{kode.replace('.', '')}{serial:05d}"


def _config_row(village: Village) -> Row:
    kec = village.kode[:8].replace(".", "")
    return (
        *(village.config_id, village.name, village.kode.replace(".", "")),
        *(village.kecamatan, kec, "Batang", kec[:4], "Jawa Tengah", kec[:2]),
    )


def _family_row(config: int, family: Family) -> Row:
    head = str(family.members[0].local_id) if family.members else None
    printed = f"{family.recorded} 00:00:00.000000"
    return (
        *(family.local_id, config, family.no_kk, head),
        *(family.street, family.cluster, printed),
    )


def _person_row(config: int, person: Person, nik: str, status: int) -> Row:
    family, stamp = person.family, f"{person.family.recorded} 08:00:00.000000"
    return (
        *(person.local_id, config, person.name, nik, family.local_id),
        *(person.shdk, 1 if person.sex == "L" else 2),
        *(person.place, str(person.birth)),
        *(None, None, None, 2 if person.married else 1),
        *(person.father.nik if person.father else None,),
        *(person.mother.nik if person.mother else None,),
        *(person.father_name, person.mother_name),
        *(None, family.cluster, 1, None, family.street, status),
        *(None, None, None, None, None, None, None),
        *(stamp, 1, stamp, 1),
    )
