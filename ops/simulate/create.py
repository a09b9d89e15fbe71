"""Makes the legacy apps' stores of a synthetic Kabupaten Batang."""

import shutil
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

from bus.clock import Clock
from ops.simulate.aduan.reports import Citizens, Complaint
from ops.simulate.aduan.store import write_complaints, write_tables
from ops.simulate.apps.bpkad import Line, budget_lines, write_budget, years
from ops.simulate.apps.claims import Claim, Officer
from ops.simulate.apps.desa import DesaWriter
from ops.simulate.apps.dinsos import DtsenWriter
from ops.simulate.apps.esakti import write_claims
from ops.simulate.apps.siak import SiakWriter
from ops.simulate.apps.tables import DINSOS
from ops.simulate.chance import stream
from ops.simulate.faults import Planted
from ops.simulate.fiscal.apps import FiscalWorld
from ops.simulate.manifest import Manifest
from ops.simulate.regions import villages
from ops.simulate.store import Store, mysql_store, sqlite_url
from ops.simulate.world import Plan, World
from ops.simulate.world import today as world_today

APPS = (
    *("siak", "desa", "esakti", "dinsos", "bpkad", "eplanning", "sipd", "simda"),
    *("aduan", "lapor", "setda", "opd", "komando"),
)
DESA_DATABASE, ESAKTI_DATABASE = "opensid", "esakti"
EPLANNING_DATABASE, SIPD_DATABASE = "eplanning", "sipd"
ADUAN_DATABASE, OPD_DATABASE = "aduan", "opd"

Progress = Callable[[int], None]


class Stores:
    """Where each app's data is.

    Args:
        folder: of the world.
        mysql: server URL for the apps' databases but those of
            Dinsos and the command centre; None is SQLite.
    """

    def __init__(self, folder: Path, mysql: str | None = None) -> None:
        for app in APPS:
            (folder / app).mkdir(parents=True, exist_ok=True)
        self.folder = folder
        if mysql is None:
            self.desa = Store(sqlite_url(folder / "desa" / "opensid.db"))
            self.esakti = Store(sqlite_url(folder / "esakti" / "esakti.db"))
            self.eplanning = Store(sqlite_url(folder / "eplanning" / "eplanning.db"))
            self.sipd = Store(sqlite_url(folder / "sipd" / "sipd.db"))
            self.aduan = Store(sqlite_url(folder / "aduan" / "aduan.db"))
            self.opd = Store(sqlite_url(folder / "opd" / "opd.db"))
        else:
            self.desa = mysql_store(mysql, DESA_DATABASE)
            self.esakti = mysql_store(mysql, ESAKTI_DATABASE)
            self.eplanning = mysql_store(mysql, EPLANNING_DATABASE)
            self.sipd = mysql_store(mysql, SIPD_DATABASE)
            self.aduan = mysql_store(mysql, ADUAN_DATABASE)
            self.opd = mysql_store(mysql, OPD_DATABASE)
        self.dinsos = Store(sqlite_url(folder / "dinsos" / "dinsos.db"))
        self.komando = Store(sqlite_url(folder / "komando" / "komando.db"))

    def addresses(self) -> dict[str, str]:
        """App → where a connector finds it; passwords hidden."""
        return {
            "siak": str(self.folder.resolve() / "siak"),
            "desa": self.desa.url.render_as_string(),
            "esakti": self.esakti.url.render_as_string(),
            "dinsos": self.dinsos.url.render_as_string(),
            "bpkad": str(self.folder.resolve() / "bpkad"),
            "eplanning": self.eplanning.url.render_as_string(),
            "sipd": self.sipd.url.render_as_string(),
            "simda": str(self.folder.resolve() / "simda"),
            "aduan": self.aduan.url.render_as_string(),
            "lapor": str(self.folder.resolve() / "lapor"),
            "setda": str(self.folder.resolve() / "setda"),
            "opd": self.opd.url.render_as_string(),
            "komando": self.komando.url.render_as_string(),
        }

    def close(self) -> None:
        apps = (self.desa, self.esakti, self.dinsos, self.eplanning, self.sipd)
        for store in (*apps, self.aduan, self.opd, self.komando):
            store.close()


def create(
    folder: Path,
    plan: Plan,
    mysql: str | None = None,
    progress: Progress = lambda _: None,
    clock: Clock | None = None,
) -> Manifest:
    """Fills the folder with the apps' stores; what an earlier run made is replaced.

    Args:
        folder: created if missing.
        plan: how many, which seed, which day, which faults.
        mysql: server URL for the apps' databases but those of
            Dinsos and the command centre; None is SQLite.
        progress: called with the residents made since the last call.
        clock: tells the real day, which `simulate live` counts from.

    Raises:
        ConfigError: the server in `mysql` cannot be used.
        OSError: the folder cannot be written.
    """
    for app in APPS:
        shutil.rmtree(folder / app, ignore_errors=True)
    stores = Stores(folder, mysql)
    try:
        return _create(stores, plan, progress, world_today(clock))
    finally:
        stores.close()


def _create(stores: Stores, plan: Plan, progress: Progress, real_day: date) -> Manifest:
    planted, regions = Planted(), villages()
    world = World(plan, regions, planted)
    officer = Officer(plan.today, plan.faults, planted)
    citizens = Citizens(plan.today, plan.faults, planted)
    claims: list[Claim] = []
    complaints: list[Complaint] = []
    rows: dict[str, dict[str, int]] = {}
    with (
        SiakWriter(stores.folder / "siak", plan.faults, planted) as siak,
        DtsenWriter(
            stores.folder / "dinsos", plan.today, plan.faults, planted
        ) as dtsen,
        stores.desa.writing() as connection,
    ):
        desa = DesaWriter(stores.desa, connection, plan.faults, planted)
        for village, rng in world.villages():
            claims += officer.claims(village, rng)
            siak.village(village, rng)
            desa.village(village, rng)
            dtsen.village(village, rng)
            own = stream(plan.seed, "aduan", village.kode)
            complaints += citizens.complaints(village, own)
            progress(len(village.people))
        rows["siak"], rows["dinsos"] = siak.counts, dtsen.counts
        rows["desa"] = desa.finish(world.next_person)
    rows["esakti"] = write_claims(stores.esakti, claims)
    stores.dinsos.rebuild(DINSOS)
    exported: dict[int, list[Line]] = {}
    rows["bpkad"] = _budgets(stores.folder, plan, planted, exported)
    fiscal = FiscalWorld(plan, planted)
    fiscal.fill(exported)
    rows |= fiscal.write(stores.eplanning, stores.sipd, stores.folder / "simda")
    rows |= write_complaints(
        stores.aduan, stores.opd, stores.komando, stores.folder, complaints
    )
    around = (plan.today.year, plan.today.year + 1)
    rows["setda"] = write_tables(stores.folder / "setda", around)
    manifest = Manifest(
        residents=plan.residents,
        seed=plan.seed,
        today=plan.today.isoformat(),
        shift_days=(plan.today - real_day).days,
        villages=len(regions),
        kecamatan=len({region.kode[:8] for region in regions}),
        rows=rows,
        faults=dict(sorted(planted.counts.items())),
        claims=dict(sorted(Counter(map(_state, claims)).items())),
        stores=stores.addresses(),
    )
    manifest.save(stores.folder)
    return manifest


def _budgets(
    folder: Path, plan: Plan, planted: Planted, exported: dict[int, list[Line]]
) -> dict[str, int]:
    """Writes BPKAD's exports; `exported` gets their lines as planned, by year."""
    counts = {}
    for year in years(plan.today):
        rng = stream(plan.seed, "anggaran", year)
        exported[year] = list(budget_lines(year, plan.residents, rng))
        name = f"anggaran_{year}_murni.csv"
        counts[name] = write_budget(
            folder / "bpkad" / "anggaran" / name,
            iter(exported[year]),
            plan.faults,
            planted,
            rng,
        )
    return counts


def _state(claim: Claim) -> str:
    return "hapus" if claim.deleted == "Y" else claim.status
