"""Connectors that read the REST app of the tests."""

from pathlib import Path
from typing import Any

from bus.testing.clock import ManualClock
from tests.conformance.workshop import PEOPLE, Run, connector_from, person
from tests.fixtures.rest_app import RestApp

NOW_MS = 1_772_409_600_000  # 2026-03-02T00:00:00Z
FILE = """
connector: uji
app: uji
kind: rest
objek: warga
batas: {{hapus_persen: 100, tolak_persen: 100}}
source:
  url: "{url}"
  items: data
  {lines}
"""
PAGES = "page: {kind: page, param: page, size_param: size, size: 3}"


OPENED: list[Run] = []


def run_of(
    folder: Path, app: RestApp, *lines: str, url: str = "", clock: Any = None
) -> Run:
    """A connector with these lines in its `source:` block."""
    text = FILE.format(url=url or f"{app.url}/warga", lines="\n  ".join(lines))
    connector = connector_from(folder, text + PEOPLE)
    OPENED.append(Run(connector, clock or ManualClock(NOW_MS)))
    return OPENED[-1]


def at(number: int, when: str, **other: Any) -> dict[str, Any]:
    """A person changed at a time of the day, `00:00:10`."""
    return person(number, ubah=f"2026-03-01T{when}+00:00", **other)


def names(run: Run) -> list[str]:
    """Keys of people as read, for comparison."""
    return [made.value["orang"]["nik"][-4:] for made in run.events]
