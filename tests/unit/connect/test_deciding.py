"""A change that leaves key and event type alone is told without mapping the old row."""

import json
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from bus.connect.files.connector import Connector, load_connector
from bus.connect.rows.engine import RowEngine
from bus.connect.rows.memory import RowMemory
from bus.connect.rows.shape import cells_of, is_still, plain, row_json
from bus.connect.source import Batch, Reading
from bus.serde import Serde
from bus.testing.registry import MemoryRegistry
from ops.wiring import SOURCES
from tests.conformance.workshop import CATALOG, RULES
from tests.unit.connect.test_bulk import CELLS, FILES, rows_of


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def connector(request: pytest.FixtureRequest) -> Connector:
    return load_connector(request.param, SOURCES, CATALOG, RULES)


def engine_of(connector: Connector) -> RowEngine:
    serde = Serde(CATALOG, MemoryRegistry())
    return RowEngine(
        connector,
        Reading(remembers_all=True, finds_deletes=True),
        RowMemory(),
        "/x",
        lambda contract, name: serde.encoder(f"opd.k3325.{contract}", name),
    )


def test_events_are_those_of_comparing_everything(connector: Connector) -> None:
    columns = connector.compiled.columns
    everything = replace(connector.compiled, deciding=tuple(range(len(columns))))
    quick = engine_of(connector)
    slow = engine_of(replace(connector, compiled=everything))
    corrected = 0
    for row in rows_of(connector, 250):
        batch = Batch(columns, [row], "", deleted=[False])
        found, expected = quick.work(batch), slow.work(batch)
        assert found.events == expected.events
        assert found.unchanged == expected.unchanged
        assert len(found.refused) == len(expected.refused)
        corrected += any(made.operation == "DIKOREKSI" for made in found.events)
    assert corrected or not connector.compiled.deciding


def test_key_and_conditions_decide() -> None:
    connector = load_connector(FILES[-1], SOURCES, CATALOG, RULES)
    compiled = connector.compiled
    assert {compiled.columns[at] for at in compiled.deciding} == {"id", "kode_wilayah"}


def test_a_row_as_json_is_what_json_makes_of_it() -> None:
    rows = [
        tuple(cell for cell in CELLS if cell != "\ud83d"),
        (Decimal("1.50"), 2.5, float("inf"), False, bytearray(b"x"), 10**30),
        (date(2026, 3, 2), datetime(2026, 3, 2, 1, 2, 3, 4), '\x00"\\/\u2028'),  # noqa: DTZ001 - as drivers give it
        (),
    ]
    for row in rows:
        text = json.dumps(row, ensure_ascii=False, default=plain)
        assert row_json(row) == text.encode()
        assert all(map(is_still, row, cells_of(row_json(row))))


@pytest.mark.parametrize(
    ("before", "after"),
    [(1, True), (1, 1.0), ("1", 1), (None, ""), (0, False), ("\ud83d", "\ud83d")],
)
def test_other_kinds_of_cells_differ(before: object, after: object) -> None:
    assert not is_still(after, cells_of(row_json((before,)))[0])
