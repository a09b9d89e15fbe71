"""The e-Sakti desk: claims from the bus's inbox or by hand, payments, withdrawals."""

import json
from collections import Counter
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from ops.simulate.apps.claims import AMOUNT, FILED, registration
from ops.simulate.apps.esakti import UNPAID
from ops.simulate.apps.tables import INBOX_ESAKTI, SANTUNAN
from ops.simulate.desks.clerk import Clerk
from ops.simulate.desks.today import Today
from ops.simulate.files import dmy
from ops.simulate.residents.names import as_typed
from ops.simulate.store import Store

# Words of the bus for this receiver: ops/examples/batang/sinks/esakti.yaml.
FORM, STATUS = "KLAIM_TERISI", "STATUS_KLAIM"
APPROVED, PAID = "4", "5"
FORM_FIELDS = (
    *("kd_desa", "nik_alm", "no_kk_alm", "nama_alm", "tgl_lahir_alm", "jk_alm"),
    *("tgl_meninggal", "no_surat_kematian", "nik_waris", "nama_waris", "hub_waris"),
)
_HEIR_WORDS = {"PASANGAN": "ISTRI", "ANAK": "ANAK KANDUNG", "ORANG_TUA": "ORANG TUA"}
_BY_HAND = {1: "ANAK", 2: "SUAMI", 3: "ISTRI", 4: "ANAK KANDUNG"}


class Desk:
    """Works in e-Sakti's database; only the inbox tells it of the bus."""

    def __init__(self, store: Store, clerk: Clerk, today: Today, rng: Random) -> None:
        self._store = store
        self._clerk = clerk
        self._today = today
        self._rng = rng
        self.settled: Counter[str] = Counter()
        with store.engine.connect() as connection:
            self._last = connection.scalar(select(func.max(SANTUNAN.c.id_santunan)))
        self._last = self._last or 0

    def prepared(self) -> bool:
        """The officer opens a form the bus filled in, checks it and files it."""
        with self._store.writing() as connection:
            row = self._next(connection, FORM)
            if row is None:
                return False
            form = json.loads(row.isi)
            values = {name: form.get(name) or "" for name in FORM_FIELDS}
            heir = values["hub_waris"]
            values["hub_waris"] = _HEIR_WORDS.get(heir, heir)
            # Nobody of the family is left to receive the grant: nothing to file.
            if values["nama_waris"]:
                self._file(connection, values)
            self._done(connection, row.event_id)
        self._forget(values["no_surat_kematian"])
        return True

    def by_hand(self) -> bool:
        """The officer types a claim from the death letter, not waiting for the bus."""
        if not self._clerk.unclaimed:
            return False
        death = self._clerk.unclaimed.pop()
        heirs = self._clerk.heirs(death)
        if not heirs:
            return False
        heir = heirs[0]
        with self._store.writing() as connection:
            self._file(
                connection,
                {
                    "kd_desa": death.kode,
                    "nik_alm": f"{death.nik[:6]} {death.nik[6:12]} {death.nik[12:]}",
                    "no_kk_alm": death.no_kk,
                    "nama_alm": as_typed(self._rng, death.name, death.sex),
                    "tgl_lahir_alm": f"{death.birth:%d/%m/%Y}",
                    "jk_alm": death.sex,
                    "tgl_meninggal": dmy(death.died),
                    "no_surat_kematian": death.letter,
                    "nik_waris": heir.nik,
                    "nama_waris": heir.nama,
                    "hub_waris": _BY_HAND.get(heir.kk_level, "KELUARGA"),
                },
            )
        return True

    def settle(self) -> bool:
        """The status the bus decided is taken over; an approved claim is paid."""
        with self._store.writing() as connection:
            row = self._next(connection, STATUS)
            if row is None:
                return False
            answer = json.loads(row.isi)
            status, number = str(answer.get("status")), answer.get("no_reg")
            values: dict[str, Any] = {"status": status}
            if status == APPROVED:
                values = {"status": PAID, "tgl_cair": str(self._today.day)}
            elif answer.get("alasan_kode"):
                values["alasan"] = str(answer["alasan_kode"])
            changed = connection.execute(
                update(SANTUNAN)
                .where(SANTUNAN.c.no_reg == number, SANTUNAN.c.status != PAID)
                .values(values)
            ).rowcount
            self._done(connection, row.event_id, None if changed else "tidak ada klaim")
            self.settled[str(values["status"])] += changed
        return True

    def correction(self) -> bool:
        """The officer corrects the day of death on an open claim by one day."""
        with self._store.writing() as connection:
            row = self._open_claim(connection)
            if row is None:
                return False
            before = f"{self._today.day - timedelta(days=2):%d-%m-%Y}"
            connection.execute(
                update(SANTUNAN)
                .where(SANTUNAN.c.id_santunan == row.id_santunan)
                .values(tgl_meninggal=before)
            )
        return True

    def withdrawal(self) -> bool:
        """The officer deletes a claim, as the app deletes: by a mark."""
        with self._store.writing() as connection:
            row = self._open_claim(connection)
            if row is None:
                return False
            connection.execute(
                update(SANTUNAN)
                .where(SANTUNAN.c.id_santunan == row.id_santunan)
                .values(hapus="Y", alasan="dobel input")
            )
        return True

    def _open_claim(self, connection: Connection) -> Any:
        start = 1 + int(self._rng.random() * max(1, self._last))
        return connection.execute(
            select(SANTUNAN.c.id_santunan)
            .where(
                SANTUNAN.c.id_santunan >= start,
                SANTUNAN.c.status == FILED,
                SANTUNAN.c.hapus == "T",
            )
            .order_by(SANTUNAN.c.id_santunan)
            .limit(1)
        ).first()

    def _next(self, connection: Connection, kind: str) -> Any:
        return connection.execute(
            select(INBOX_ESAKTI.c.event_id, INBOX_ESAKTI.c.isi)
            .where(INBOX_ESAKTI.c.jenis == kind, INBOX_ESAKTI.c.diproses.is_(None))
            .order_by(INBOX_ESAKTI.c.diterima, INBOX_ESAKTI.c.event_id)
            .limit(1)
        ).first()

    def _done(
        self, connection: Connection, event_id: str, fault: str | None = None
    ) -> None:
        connection.execute(
            update(INBOX_ESAKTI)
            .where(INBOX_ESAKTI.c.event_id == event_id)
            .values(diproses=self._today.moment(), galat=fault)
        )

    def _file(self, connection: Connection, form: dict[str, Any]) -> None:
        self._last += 1
        connection.execute(
            insert(SANTUNAN).values(
                id_santunan=self._last,
                no_reg=registration(self._last, self._today.day),
                sktm="T",
                foto_rumah=f"rumah_{self._last}.jpg",
                no_hp="",
                nominal=AMOUNT,
                status=FILED,
                alasan="",
                tgl_cair=UNPAID,
                user_input=f"ds_{form['kd_desa'][-4:]}",
                tgl_input=self._today.moment(),
                hapus="T",
                **form,
            )
        )

    def _forget(self, letter: str) -> None:
        """A death with a claim is not claimed again by hand."""
        for death in self._clerk.unclaimed:
            if death.letter == letter:
                self._clerk.unclaimed.remove(death)
                return
