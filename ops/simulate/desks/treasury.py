"""The treasury and the SIPD mirror while the bus runs: SP2D, shifts, a re-scrape."""

from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from ops.simulate.desks.today import Today
from ops.simulate.fiscal.payments import Payment
from ops.simulate.fiscal.sipd import SHIFTED, detail_row, sp2d_row
from ops.simulate.fiscal.tables import (
    PENGAMBILAN,
    RKA,
    SP2D,
    SP2D_DETAIL,
    SUB_KEG_BL,
)
from ops.simulate.store import Store

SHIFTED_SHARE = 0.1
LEAST, MOST = 0.001, 0.02
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Scrape:
    """A re-scrape under way: the rows it will insert again."""

    number: int
    activities: Rows
    lines: Rows


class TreasuryDesk:
    """Works in the mirror's database, as its browser extension does."""

    def __init__(self, store: Store, today: Today, rng: Random) -> None:
        self._store = store
        self._today = today
        self._rng = rng
        self._scrape: Scrape | None = None

    def payment(self) -> bool:
        """One more SP2D for an account of some activity."""
        with self._store.writing() as connection:
            line = self._some_line(connection)
            if line is None:
                return False
            share = LEAST + (MOST - LEAST) * self._rng.random()
            amount = max(1, round(line.rincian * share))
            number = 1 + (connection.scalar(select(func.max(SP2D.c.idSp2d))) or 0)
            paid = Payment(
                *(line.kode_skpd, self._today.day, "LS", "Barang dan Jasa"),
                *(line.kode_sub_giat, line.kode_akun, amount),
            )
            row = sp2d_row(number, paid, self._today.moment())
            connection.execute(insert(SP2D).values(row))
            connection.execute(insert(SP2D_DETAIL).values(detail_row(number, paid)))
        return True

    def shift(self) -> bool:
        """Money moves between two accounts of an activity; the total stays."""
        with self._store.writing() as connection:
            line = self._some_line(connection)
            if line is None:
                return False
            same = (RKA.c.kode_sbl == line.kode_sbl) & (RKA.c.active == 1)
            others = connection.execute(
                select(RKA.c.id).where(same, RKA.c.id != line.id).order_by(RKA.c.id)
            ).all()
            if not others:
                return False
            moved = round(line.rincian * SHIFTED_SHARE)
            for where, amount in ((line.id, -moved), (others[0].id, moved)):
                connection.execute(
                    update(RKA)
                    .where(RKA.c.id == where)
                    .values(rincian=RKA.c.rincian + amount)
                )
            now = self._today.moment()
            connection.execute(update(RKA).where(same).values(update_at=now))
            connection.execute(
                update(SUB_KEG_BL)
                .where(SUB_KEG_BL.c.kode_sbl == line.kode_sbl, SUB_KEG_BL.c.active == 1)
                .values(id_jadwal=SHIFTED, update_at=now)
            )
        return True

    def rescrape(self) -> bool:
        """All rows of one office become inactive; `flush` inserts them again later."""
        if self._scrape is not None:
            return False
        with self._store.writing() as connection:
            line = self._some_line(connection)
            if line is None:
                return False
            now, office = self._today.moment(), line.kode_skpd
            own = (SUB_KEG_BL.c.kode_skpd == office) & (SUB_KEG_BL.c.active == 1)
            activities = _rows(connection, select(SUB_KEG_BL).where(own))
            places = [row["kode_sbl"] for row in activities]
            theirs = RKA.c.kode_sbl.in_(places) & (RKA.c.active == 1)
            lines = _rows(connection, select(RKA).where(theirs))
            number = self._mark(connection, office, now)
            connection.execute(update(RKA).where(theirs).values(active=0))
            connection.execute(update(SUB_KEG_BL).where(own).values(active=0))
        self._scrape = Scrape(number, activities, lines)
        return True

    def flush(self) -> None:
        """End a re-scrape that is under way: its rows are there again, as new rows."""
        if self._scrape is None:
            return
        now, scrape = self._today.moment(), self._scrape
        count = len(scrape.activities) + len(scrape.lines)
        with self._store.writing() as connection:
            for table, rows in ((SUB_KEG_BL, scrape.activities), (RKA, scrape.lines)):
                fresh = [{**row, "id": None, "update_at": now} for row in rows]
                connection.execute(insert(table), fresh)
            connection.execute(
                update(PENGAMBILAN)
                .where(PENGAMBILAN.c.id == scrape.number)
                .values(selesai=now, jumlah_baris=count)
            )
        self._scrape = None

    def _mark(self, connection: Connection, office: str, now: datetime) -> int:
        """Note the begin of a run; its number."""
        number = 1 + (connection.scalar(select(func.max(PENGAMBILAN.c.id))) or 0)
        connection.execute(
            insert(PENGAMBILAN).values(
                id=number,
                tahun_anggaran=now.year,
                kode_skpd=office,
                objek="ANGGARAN",
                mulai=now,
            )
        )
        return number

    def _some_line(self, connection: Connection) -> Any:
        """A budget line in force, by chance, with its activity."""
        last = connection.scalar(select(func.max(RKA.c.id))) or 0
        first = 1 + int(self._rng.random() * last)
        return connection.execute(
            select(
                RKA.c.id,
                RKA.c.kode_sbl,
                RKA.c.kode_akun,
                RKA.c.rincian,
                SUB_KEG_BL.c.kode_skpd,
                SUB_KEG_BL.c.kode_sub_giat,
            )
            .join_from(RKA, SUB_KEG_BL, RKA.c.kode_sbl == SUB_KEG_BL.c.kode_sbl)
            .where(RKA.c.id >= first, RKA.c.active == 1, SUB_KEG_BL.c.active == 1)
            .order_by(RKA.c.id)
            .limit(1)
        ).first()


def _rows(connection: Connection, statement: Any) -> Rows:
    return [dict(row._mapping) for row in connection.execute(statement)]  # noqa: SLF001
