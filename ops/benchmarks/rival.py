"""The rival of snapshots: a hand-written loop over the same table, run as a process."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from bus.errors import FatalError
from bus.kafka.admin import Admin
from ops.benchmarks.figure import Figure

if TYPE_CHECKING:
    from ops.benchmarks.site import Site

LOOP = "ops.benchmarks.bare_loop"
TOPIC = "bare-loop"


def measured(site: Site, case: str, url: str) -> Figure:
    """The table of a database, copied once.

    Args:
        site: whose broker.
        case: what it is compared in.
        url: of the database.

    Raises:
        FatalError: the loop failed.
    """
    with closing(Admin(site.town.bootstrap, "bench")) as admin:
        admin.create_topics({TOPIC: {"num_partitions": 1, "replication_factor": 1}})
    given = {"url": url, "bootstrap": site.town.bootstrap, "topic": TOPIC}
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", LOOP],
        input=json.dumps(given),
        capture_output=True,
        check=False,
        text=True,
    )
    if done.returncode:
        raise FatalError(f"the bare loop failed:\n{done.stderr}")
    found = json.loads(done.stdout)
    return Figure(
        "connect",
        case,
        "bare loop",
        found["items"],
        per_second=found["items"] / found["seconds"],
        cpu_us_each=found["cpu_seconds"] / found["items"] * 1e6,
        peak_rss_mb=found["peak_mb"],
    )
