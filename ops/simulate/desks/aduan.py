"""A day at the complaints desk: citizens write, offices answer what they get."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, update

from ops.simulate.aduan.reports import Citizens, Complaint, Step, answer
from ops.simulate.aduan.store import complaint_row, step_row
from ops.simulate.aduan.tables import INBOX_ADUAN, INBOX_OPD, PENGADUAN, TANGGAPAN
from ops.simulate.aduan.words import (
    CHANNELS,
    DANGER,
    FLOOD,
    PLACES,
    SUBJECTS,
    WRONG,
    degrees,
    middle_of,
    near,
)
from ops.simulate.desks.today import Today
from ops.simulate.faults import Faults, Planted
from ops.simulate.store import Store

WEIGHTS: Mapping[str, float] = {
    "complaint": 8,
    "complaint_danger": 0.5,
    "complaint_answer": 8,
    "complaint_verify": 2,
    "complaint_status": 6,
    "complaint_reopen": 0.5,
    "flood": 1e-6,
}
FLOOD_REPORTS = 50
# 50 reports along a street: about 90 m either way, so each has a neighbour.
FLOOD_E6 = 400
# Words of the bus for these receivers: ops/examples/batang/sinks/.
DISPOSITION, STATUS = "DISPOSISI", "STATUS_LAPORAN"
ASKED, RETURNED, WITHOUT_PROOF = 0.1, 0.12, 0.08
_STATUS = {"SELESAI": "selesai", "MENUNGGU_VERIFIKASI": "0"}


class ComplaintDesk:
    """Works in the complaints app; only inboxes tell it of the bus.

    Args:
        aduan: the complaints app's database.
        opd: the database with the offices' inbox.
        today: the day in the world.
        rng: chance.
        villages: dotted codes of villages people write from.
    """

    def __init__(
        self, aduan: Store, opd: Store, today: Today, rng: Random, villages: list[str]
    ) -> None:
        self._store, self._opd = aduan, opd
        self._today, self._rng, self._villages = today, rng, villages
        self._citizens = Citizens(today.day, Faults(), Planted())
        with aduan.engine.connect() as connection:
            last = connection.scalar(select(func.max(PENGADUAN.c.id_pengaduan)))
            steps = connection.scalar(select(func.max(TANGGAPAN.c.id_tanggapan)))
        self._last, self._steps = last or 0, steps or 0

    def actions(self) -> dict[str, Callable[[], bool]]:
        """What may happen, by name."""
        return {
            "complaint": self.complaint,
            "complaint_danger": self.danger,
            "complaint_answer": self.answer,
            "complaint_verify": self.verify,
            "complaint_status": self.status,
            "complaint_reopen": self.reopen,
            "flood": self.flood,
        }

    def complaint(self) -> bool:
        """Somebody reports something; now and then by two channels."""
        made = self._typed()
        self._insert(made)
        if not made.anonymous and self._rng.random() < Faults().aduan_ganda:
            others = [name for name in CHANNELS if name != made.channel]
            again = others[int(self._rng.random() * len(others))]
            self._insert(replace(made, channel=again))
        return True

    def danger(self) -> bool:
        """Somebody is in danger."""
        text = DANGER.format(p=PLACES[int(self._rng.random() * len(PLACES))])
        self._insert(replace(self._typed(), subject=FLOOD, text=text))
        return True

    def flood(self) -> bool:
        """One flood, fifty people who report it."""
        kode = self._village()
        middle = near(self._rng, middle_of(kode), 2_000)
        made = []
        for house in range(1, FLOOD_REPORTS + 1):
            lat, lng = near(self._rng, middle, FLOOD_E6)
            made.append(
                replace(
                    self._typed(kode),
                    subject=FLOOD,
                    text=f"Banjir masuk rumah nomor {house}, air setinggi lutut",
                    lat=degrees(lat),
                    lng=degrees(lng),
                )
            )
        self._insert(*made)
        return True

    def answer(self) -> bool:
        """An office takes the next report out of its inbox and reacts."""
        with self._opd.writing() as connection:
            row = self._next(connection, INBOX_OPD, DISPOSITION)
            if row is None:
                return False
            form = json.loads(row.isi)
            self._done(connection, INBOX_OPD, row.event_id)
        number = _own(form["laporan_id"])
        if not number:  # reports of LAPOR! are answered there
            return True
        now, office, chance = (
            self._today.moment(),
            form["kode_skpd"],
            self._rng.random(),
        )
        step = answer(now, office, self._rng)
        if chance < RETURNED and office != WRONG:
            step = Step(now, "kembali", office, "Bukan wewenang kami.")
        elif chance < RETURNED + ASKED:
            step = Step(now, "tanya", office, "Mohon sebutkan lokasinya.")
        elif chance < RETURNED + ASKED + WITHOUT_PROOF:
            step = replace(step, proof="")
        self._journal(number, step)
        return True

    def verify(self) -> bool:
        """The complaints team forwards a report the routing table does not know."""
        row = self._from_inbox(
            lambda form: form.get("status") in {"MENUNGGU_VERIFIKASI", "DIKEMBALIKAN"}
        )
        if row is None:
            return False
        subject = SUBJECTS[int(self._rng.random() * len(SUBJECTS))]
        step = Step(
            self._today.moment(), "disposisi", subject.office, "Mohon ditangani."
        )
        self._journal(row, step)
        return True

    def status(self) -> bool:
        """The app takes over what the bus says about a report."""
        with self._store.writing() as connection:
            row = self._next(connection, INBOX_ADUAN, STATUS)
            if row is None:
                return False
            form = json.loads(row.isi)
            connection.execute(
                update(PENGADUAN)
                .where(PENGADUAN.c.id_pengaduan == _own(form["laporan_id"]))
                .values(status=_STATUS.get(form["status"], "proses"))
            )
            self._done(connection, INBOX_ADUAN, row.event_id)
        return True

    def reopen(self) -> bool:
        """A citizen is not satisfied with an answer."""
        with self._store.engine.connect() as connection:
            number = connection.scalar(
                select(TANGGAPAN.c.id_pengaduan)
                .where(TANGGAPAN.c.jenis == "selesai")
                .order_by(TANGGAPAN.c.id_tanggapan.desc())
                .limit(1)
            )
        if number is None:
            return False
        at = self._today.moment() + timedelta(seconds=1)
        self._journal(int(number), Step(at, "buka", text="Belum beres"))
        return True

    def _typed(self, kode: str = "") -> Complaint:
        number = 3_325_120_101_909_001 + int(self._rng.random() * 900)
        return self._citizens.write(
            kode or self._village(),
            str(number),
            "WARGA SIMULASI",
            self._today.moment(),
            self._rng,
        )

    def _village(self) -> str:
        return self._villages[int(self._rng.random() * len(self._villages))]

    def _insert(self, *made: Complaint) -> None:
        names = [column.name for column in PENGADUAN.columns]
        rows = []
        for one in made:
            self._last += 1
            row = dict(zip(names, complaint_row(self._last, one), strict=True))
            row |= {"tgl_pengaduan": one.at.date(), "waktu_input": one.at}
            rows.append(row)
        with self._store.writing() as connection:
            connection.execute(insert(PENGADUAN), rows)

    def _journal(self, number: int, step: Step) -> None:
        names = [column.name for column in TANGGAPAN.columns]
        self._steps += 1
        row = dict(zip(names, step_row(self._steps, number, step), strict=True))
        with self._store.writing() as connection:
            connection.execute(insert(TANGGAPAN), [row | {"tgl_tanggapan": step.at}])

    def _from_inbox(self, wanted: Callable[[dict[str, Any]], bool]) -> int | None:
        """The newest report of this app that is in a wanted state."""
        with self._store.engine.connect() as connection:
            rows = connection.execute(
                select(INBOX_ADUAN.c.isi)
                .where(INBOX_ADUAN.c.jenis == STATUS)
                .order_by(INBOX_ADUAN.c.diterima.desc(), INBOX_ADUAN.c.event_id)
                .limit(50)
            ).all()
        seen: set[int] = set()
        for row in rows:
            form = json.loads(row.isi)
            number = _own(form["laporan_id"])
            if number and number not in seen and wanted(form):
                return number
            seen.add(number)
        return None

    @staticmethod
    def _next(connection: Connection, inbox: Table, kind: str) -> Any:
        return connection.execute(
            select(inbox.c.event_id, inbox.c.isi)
            .where(inbox.c.jenis == kind, inbox.c.diproses.is_(None))
            .order_by(inbox.c.diterima, inbox.c.event_id)
            .limit(1)
        ).first()

    def _done(self, connection: Connection, inbox: Table, event_id: str) -> None:
        connection.execute(
            update(inbox)
            .where(inbox.c.event_id == event_id)
            .values(diproses=self._today.moment())
        )


def _own(laporan_id: str) -> int:
    """The app's own number of a report, `aduan|17`; 0 for another app's."""
    app, _, number = laporan_id.partition("|")
    return int(number) if app == "aduan" else 0
