"""The legacy apps of the demo: where their data is, filled and thrown away."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from ops.mariadb import LocalMariaDb
from ops.simulate.create import Stores as AppStores
from ops.simulate.create import create
from ops.simulate.faults import Faults
from ops.simulate.world import Plan, today

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from ops.showcase.run import Choice


class Stores:
    """The apps' databases and folders.

    Args:
        folder: the demo's folder.
        mysql: server URL, `local` for one started here, None for SQLite.
    """

    def __init__(self, folder: Path, mysql: str | None) -> None:
        self._demo = folder
        self.apps = folder / "apps"
        self._closing = ExitStack()
        self._mysql = mysql

    def clean(self) -> None:
        """Throw away what an earlier run left, and start the database server."""
        for name in ("kafka", "apps", "state", "logs", "worklists"):
            shutil.rmtree(self._demo / name, ignore_errors=True)
        self.apps.mkdir(parents=True)
        if self._mysql == "local":
            server = LocalMariaDb(self._demo / "state" / "mariadb")
            self._mysql = self._closing.enter_context(server).url
        self._stores = AppStores(self.apps, self._mysql)

    def close(self) -> None:
        """Stop what was started here."""
        self._closing.close()

    @property
    def esakti_url(self) -> str:
        """SQLAlchemy URL of e-Sakti's database."""
        return self._stores.esakti.url.render_as_string(hide_password=False)

    @property
    def eplanning_url(self) -> str:
        """SQLAlchemy URL of e-planning's database."""
        return self._stores.eplanning.address

    def environment(self) -> dict[str, str]:
        """What the connectors' `${NAME}` stand for."""
        return {
            "SIAK": str(self.apps / "siak"),
            "DESA_URL": self._stores.desa.url.render_as_string(hide_password=False),
            "ESAKTI_URL": self.esakti_url,
            "DINSOS": str(self.apps / "dinsos"),
            "DINSOS_URL": self._stores.dinsos.url.render_as_string(hide_password=False),
            "BPKAD": str(self.apps / "bpkad"),
            "EPLANNING_URL": self.eplanning_url,
            "SIPD_URL": self._stores.sipd.address,
            "SIMDA": str(self.apps / "simda"),
            "ADUAN_URL": self._stores.aduan.address,
            "OPD_URL": self._stores.opd.address,
            "KOMANDO_URL": self._stores.komando.address,
            "LAPOR": str(self.apps / "lapor"),
            "SETDA": str(self.apps / "setda"),
            "WORKLISTS": str(self._demo / "worklists"),
            # By environment: a command line is read by everybody on the machine.
            **({"SIMULATE_MYSQL": self._mysql} if self._mysql else {}),
        }

    def fill(self, residents: int, seed: int, console: Console) -> int:
        """Make the synthetic people; the number of rows in all apps."""
        columns = (TextColumn("residents"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task("", total=residents)
            made = create(
                self.apps,
                Plan(residents, seed, today(), Faults()),
                self._mysql,
                lambda count: bar.advance(task, count),
            )
        return sum(sum(tables.values()) for tables in made.rows.values())

    def live_arguments(self, choice: Choice) -> list[str]:
        """Arguments of `opdbus simulate live`."""
        return [
            str(self.apps),
            *("--rate", str(choice.rate)),
            *("--seconds", str(choice.live_seconds)),
            *("--seed", str(choice.seed)),
        ]
