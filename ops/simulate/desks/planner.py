"""The planners at Bappeda: they answer the findings in e-planning's inbox."""

import json
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select, update

from ops.simulate.desks.today import Today
from ops.simulate.fiscal.eplanning import CHANGE, PLAN
from ops.simulate.fiscal.tables import INBOX_EPLANNING, RENJA, RKPD, SUB_KEGIATAN, UNIT
from ops.simulate.store import Store

# Words of the bus for this receiver: ops/examples/batang/sinks/eplanning.yaml.
FINDING, OPEN = "SELISIH", "TERBUKA"
ANSWERED = frozenset({"LEBIH_DARI_RENCANA", "KURANG_DARI_RENCANA"})
_TAIL = 4


class PlannerDesk:
    """Works in e-planning's database; only the inbox tells it of the bus."""

    def __init__(self, store: Store, today: Today) -> None:
        self._store = store
        self._today = today

    def answer(self) -> bool:
        """A plan that does not fit its budget is corrected to it."""
        with self._store.writing() as connection:
            row, finding = self._next(connection)
            if row is None:
                return False
            changed = self._correct(connection, finding)
            connection.execute(
                update(INBOX_EPLANNING)
                .where(INBOX_EPLANNING.c.event_id == row.event_id)
                .values(diproses=self._today.moment())
            )
        return changed

    def _next(self, connection: Connection) -> tuple[Any, dict[str, Any]]:
        """The oldest open finding about an amount that nobody looked at."""
        waiting = (INBOX_EPLANNING.c.jenis == FINDING) & (
            INBOX_EPLANNING.c.diproses.is_(None)
        )
        order = (INBOX_EPLANNING.c.diterima, INBOX_EPLANNING.c.event_id)
        rows = select(INBOX_EPLANNING).where(waiting).order_by(*order)
        for row in connection.execute(rows):
            finding = json.loads(row.isi)
            if finding["status"] == OPEN and finding["jenis"] in ANSWERED:
                return row, finding
        return None, {}

    def _correct(self, connection: Connection, finding: dict[str, Any]) -> bool:
        code = finding["kode_sub_giat"]
        kind = CHANGE if finding["tahap_rencana"] == "PERUBAHAN" else PLAN
        plan = connection.execute(
            select(RENJA.c.id_renja_rancangan)
            .join_from(
                RENJA, RKPD, RENJA.c.id_rkpd_rancangan == RKPD.c.id_rkpd_rancangan
            )
            .join(UNIT, UNIT.c.id_unit == RENJA.c.id_unit)
            .join(
                SUB_KEGIATAN, SUB_KEGIATAN.c.id_sub_kegiatan == RENJA.c.id_kegiatan_ref
            )
            .where(
                RENJA.c.tahun_renja == finding["tahun"],
                RKPD.c.jns_dokumen == kind,
                UNIT.c.kode_skpd == finding["kode_skpd"],
                SUB_KEGIATAN.c.kd_sub_kegiatan.in_((code, code[:-_TAIL] + code[-2:])),
            )
        ).first()
        if plan is None:
            return False
        connection.execute(
            update(RENJA)
            .where(RENJA.c.id_renja_rancangan == plan.id_renja_rancangan)
            .values(
                pagu_tahun_kegiatan=Decimal(finding["anggaran"]),
                updated_at=self._today.moment(),
            )
        )
        return True
