"""The village clerks: deaths, moves and corrections in the OpenSID database."""

from collections import deque
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from ops.simulate.apps.desa import (
    CAME,
    DIED,
    LEFT,
    STATUS_ALIVE,
    STATUS_DEAD,
    STATUS_MOVED,
)
from ops.simulate.apps.tables import (
    CONFIG,
    DEATH_LETTER,
    KELUARGA,
    LOG_PENDUDUK,
    LOG_SURAT,
    PENDUDUK,
)
from ops.simulate.desks.today import Today
from ops.simulate.residents.fate import ROMAN
from ops.simulate.residents.names import spelled_otherwise
from ops.simulate.residents.numbers import is_synthetic
from ops.simulate.store import Store

LOOKS = 200
REMEMBERED = 5_000
HOME, LEAVES = 0.7, 0.6


@dataclass(frozen=True, slots=True)
class Reported:
    """A death a clerk wrote down today; what other offices need to act on it."""

    local_id: int
    config_id: int
    kode: str
    nik: str
    no_kk: str
    family_id: int
    name: str
    sex: str
    birth: date
    died: date
    letter: str


class Clerk:
    """Works in one database for all villages."""

    def __init__(self, store: Store, today: Today, rng: Random) -> None:
        self._store = store
        self._today = today
        self._rng = rng
        self.committed: list[tuple[str, int]] = []
        self.uncertified: deque[Reported] = deque(maxlen=REMEMBERED)
        self.unclaimed: deque[Reported] = deque(maxlen=REMEMBERED)
        with store.engine.connect() as connection:
            self._last = connection.scalar(select(func.max(PENDUDUK.c.id))) or 0
            codes = connection.execute(select(CONFIG.c.id, CONFIG.c.kode_desa))
            self._codes: dict[int, str] = {row.id: row.kode_desa for row in codes}

    def death(self) -> bool:
        """Somebody died in the last days and the village writes it down."""
        with self._store.writing() as connection:
            person = self._somebody(connection, STATUS_ALIVE)
            if person is None:
                return False
            died = self._today.day - timedelta(days=int(self._rng.expovariate(0.6)))
            died = max(died, person.tanggallahir)
            number = 100 + int(self._rng.random() * 9_899)
            month = ROMAN[self._today.day.month - 1]
            kode = self._codes[person.config_id]
            letter = f"474.3/{number:04d}/{kode[-4:]}/{month}/{self._today.day.year}"
            self._set_status(connection, person.id, STATUS_DEAD)
            self._journal(
                connection,
                person,
                DIED,
                died,
                meninggal_di="RUMAH" if self._rng.random() < HOME else "RUMAH SAKIT",
            )
            self._letter(connection, person, letter)
        self.committed.append((letter, self._today.now_ms()))
        found = Reported(
            local_id=person.id,
            config_id=person.config_id,
            kode=kode,
            nik=person.nik,
            no_kk=person.no_kk or "",
            family_id=person.id_kk,
            name=person.nama,
            sex="L" if person.sex == 1 else "P",
            birth=person.tanggallahir,
            died=died,
            letter=letter,
        )
        self.uncertified.append(found)
        self.unclaimed.append(found)
        return True

    def move(self) -> bool:
        """Somebody leaves the village, or one who had left comes back."""
        leaves = self._rng.random() < LEAVES
        wanted, becomes = STATUS_ALIVE, STATUS_MOVED
        if not leaves:
            wanted, becomes = becomes, wanted
        with self._store.writing() as connection:
            person = self._somebody(connection, wanted)
            if person is None:
                return False
            self._set_status(connection, person.id, becomes)
            serial = 1 + int(self._rng.random() * 9_998)
            self._journal(
                connection,
                person,
                LEFT if leaves else CAME,
                self._today.day,
                ref_pindah=1 + int(self._rng.random() * 4),
                alamat_tujuan="LUAR DESA" if leaves else None,
                catatan=f"SKP/3325/{self._today.day:%d%m%Y}/{serial:04d}",
            )
        return True

    def correction(self) -> bool:
        """A clerk spells a resident's name otherwise."""
        with self._store.writing() as connection:
            person = self._somebody(connection, STATUS_ALIVE)
            if person is None:
                return False
            connection.execute(
                update(PENDUDUK)
                .where(PENDUDUK.c.id == person.id)
                .values(nama=spelled_otherwise(person.nama), updated_at=self._now())
            )
        return True

    def heirs(self, death: Reported) -> list[Any]:
        """Living members of the family in the village register, closest first."""
        with self._store.engine.connect() as connection:
            return list(
                connection.execute(
                    select(PENDUDUK.c.nik, PENDUDUK.c.nama, PENDUDUK.c.kk_level)
                    .where(
                        PENDUDUK.c.id_kk == death.family_id,
                        PENDUDUK.c.status_dasar == STATUS_ALIVE,
                        PENDUDUK.c.id != death.local_id,
                    )
                    .order_by(PENDUDUK.c.kk_level, PENDUDUK.c.id)
                )
            )

    def _somebody(self, connection: Connection, status: int) -> Any:
        """A person with this status by chance; None if there seems to be none."""
        query = (
            select(PENDUDUK, KELUARGA.c.no_kk)
            .outerjoin(KELUARGA, KELUARGA.c.id == PENDUDUK.c.id_kk)
            .where(PENDUDUK.c.status_dasar == status)
        )
        for _ in range(LOOKS):
            local_id = 1 + int(self._rng.random() * self._last)
            person = connection.execute(
                query.where(PENDUDUK.c.id >= local_id).order_by(PENDUDUK.c.id).limit(1)
            ).first()
            if person is not None and is_synthetic(person.nik) and person.no_kk:
                return person
        return None

    def _set_status(self, connection: Connection, local_id: int, status: int) -> None:
        connection.execute(
            update(PENDUDUK)
            .where(PENDUDUK.c.id == local_id)
            .values(status_dasar=status, updated_at=self._now())
        )

    def _journal(
        self, connection: Connection, person: Any, code: int, day: date, **more: Any
    ) -> None:
        now = self._now()
        connection.execute(
            insert(LOG_PENDUDUK).values(
                config_id=person.config_id,
                id_pend=person.id,
                kode_peristiwa=code,
                tgl_lapor=now,
                tgl_peristiwa=day,
                no_kk=person.no_kk,
                created_at=now,
                created_by=1,
                updated_at=now,
                updated_by=1,
                **more,
            )
        )

    def _letter(self, connection: Connection, person: Any, number: str) -> None:
        day = self._today.day
        connection.execute(
            insert(LOG_SURAT).values(
                config_id=person.config_id,
                id_format_surat=DEATH_LETTER,
                id_pend=person.id,
                no_surat=number,
                tanggal=self._now(),
                bulan=f"{day.month:02d}",
                tahun=str(day.year),
            )
        )

    def _now(self) -> Any:
        return self._today.moment()
