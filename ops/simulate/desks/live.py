"""A day in the life: offices at work in their own apps while the bus runs."""

import csv
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bus.clock import Clock
from bus.errors import ConfigError
from ops.simulate.chance import drawer, stream
from ops.simulate.create import Stores
from ops.simulate.desks import aduan
from ops.simulate.desks.clerk import Clerk
from ops.simulate.desks.officer import Desk
from ops.simulate.desks.planner import PlannerDesk
from ops.simulate.desks.registrar import Registrar
from ops.simulate.desks.today import Today
from ops.simulate.desks.treasurer import Treasurer
from ops.simulate.desks.treasury import TreasuryDesk
from ops.simulate.manifest import Manifest
from ops.simulate.regions import villages

FLUSH_SECONDS = 2.0
DEATHS = "live_deaths.csv"
"""Death letters and when they were committed, in ms; for measuring delays."""
# How often each is done; those of `ONCE` happen once, in the middle of the day.
ONCE = ("budget", "flood")
WEIGHTS: Mapping[str, float] = {
    "death": 30,
    "certificate": 14,
    "prepared": 18,
    "by_hand": 8,
    "settle": 20,
    "move": 4,
    "name": 3,
    "claim_correction": 1,
    "withdrawal": 1,
    "cancellation": 1,
    "payment": 12,
    "shift": 2,
    "rescrape": 1,
    "plan": 4,
    "budget": 1e-6,
    **aduan.WEIGHTS,
}


class Day:
    """Does one change after another, by chance with a seed.

    What offices do on their own depends on the seed only. What answers the bus
    (filing prepared forms, paying) depends on what the bus has written by then;
    while there is nothing to answer, the village reports another death.

    Args:
        stores: of the world; closed with this.
        manifest: of the world.
        seed: chance.
        clock: time of day, and pace.
        zone: of the tenant.
        only: actions to do, all by default; names are those of `WEIGHTS`.

    Raises:
        ConfigError: an unknown action.
    """

    def __init__(
        self,
        stores: Stores,
        manifest: Manifest,
        seed: int,
        clock: Clock,
        zone: ZoneInfo,
        only: Sequence[str] = (),
    ) -> None:
        unknown = [name for name in only if name not in WEIGHTS]
        if unknown:
            raise ConfigError(
                f"--only {', '.join(unknown)}: not an action; "
                f"known: {', '.join(WEIGHTS)}"
            )
        today = Today(manifest.shift_days, clock, zone)
        chosen = tuple(only) or tuple(WEIGHTS)
        self._chosen = frozenset(chosen)
        self._treasurer = Treasurer(stores.folder / "bpkad", today, manifest.residents)
        self._clock = clock
        self._draw = drawer([(name, WEIGHTS[name]) for name in chosen])
        self._rng = stream(seed, "hidup")
        self._stores = stores
        self._clerk = clerk = Clerk(self._stores.desa, today, stream(seed, "juru"))
        desk = Desk(self._stores.esakti, clerk, today, stream(seed, "petugas"))
        first = self._next_certificate(stores.folder, manifest)
        self._registrar = Registrar(
            stores.folder / "siak", clerk, today, stream(seed, "pencatat"), first
        )
        planner = PlannerDesk(self._stores.eplanning, today)
        self._mirror = TreasuryDesk(self._stores.sipd, today, stream(seed, "kas"))
        desk_of_complaints = aduan.ComplaintDesk(
            stores.aduan,
            stores.opd,
            today,
            stream(seed, "aduan"),
            [region.kode for region in villages()],
        )
        self._actions: dict[str, Callable[[], Any]] = {
            "death": clerk.death,
            "certificate": self._registrar.certificate,
            "prepared": desk.prepared,
            "by_hand": desk.by_hand,
            "settle": desk.settle,
            "move": clerk.move,
            "name": clerk.correction,
            "claim_correction": desk.correction,
            "withdrawal": desk.withdrawal,
            "cancellation": self._registrar.cancellation,
            "payment": self._mirror.payment,
            "shift": self._mirror.shift,
            "rescrape": self._mirror.rescrape,
            "plan": planner.answer,
            "budget": self._treasurer.change,
            **desk_of_complaints.actions(),
        }
        self._stopped = threading.Event()

    def run(self, rate: float, seconds: float) -> dict[str, int]:
        """Works until the time is over; returns how often each thing was done.

        Args:
            rate: changes a second.
            seconds: how long.
        """
        done: Counter[str] = Counter()
        start = self._clock.monotonic()
        flushed = start
        for number in range(int(rate * seconds)):
            # Waits for the next change's turn; `stop` ends the wait at once.
            if self._stopped.wait(max(0.0, start + number / rate - self._now())):
                break
            done[self._one()] += 1
            now = self._now()
            if now - start >= seconds / 2:
                for name in self._chosen.intersection(ONCE) - done.keys():
                    self._actions[name]()
                    done[name] += 1
            if now - flushed >= FLUSH_SECONDS:
                self._flush()
                flushed = now
            if now - start >= seconds:
                break
        self._flush()
        return dict(done)

    def stop(self) -> None:
        """Ends `run` from another thread or a signal handler."""
        self._stopped.set()

    def close(self) -> None:
        """Writes what waits, notes when deaths were written, lets the stores go."""
        self._flush()
        self._note()
        self._stores.close()

    def _flush(self) -> None:
        """What an office finishes a while after it began."""
        self._registrar.flush()
        self._mirror.flush()

    def _note(self) -> None:
        path = self._stores.folder / DEATHS
        with path.open("a", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(self._clerk.committed)
        self._clerk.committed.clear()

    def _one(self) -> str:
        name = self._draw(self._rng)
        if name not in ONCE and self._actions[name]():
            return name
        if "death" in self._chosen and self._actions["death"]():
            return "death"
        return "nothing"

    def _now(self) -> float:
        return self._clock.monotonic()

    @staticmethod
    def _next_certificate(folder: Path, manifest: Manifest) -> int:
        """Serials go on after the extract and after earlier days."""
        last = manifest.rows["siak"]["kematian"]
        for path in (folder / "siak" / "kematian").glob("CAPIL_MATI_*.csv"):
            rows = path.read_text(encoding="utf-8").splitlines()
            last = max(last, int(rows[-1].split("|", 1)[0]))
        return last + 1
