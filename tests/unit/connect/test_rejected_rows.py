"""A rejected row does not keep its batch in memory."""

import gc
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

from bus.connect.files.connector import load_connector
from bus.connect.rows.bulk import Bulk
from bus.connect.rows.engine import RowEngine
from bus.connect.rows.memory import RowMemory
from bus.connect.rows.outcome import Outcome
from bus.connect.rows.record_maker import RecordMaker
from bus.connect.source import Batch, Reading
from bus.serde import Serde
from bus.testing.registry import MemoryRegistry
from ops.wiring import SOURCES
from tests.conformance.workshop import CATALOG, RULES, TENANT
from tests.unit.connect.test_bulk import FILES, NOW, PARTITIONS, rows_of, staging


class Cell(str):
    """A text that can be watched."""


@pytest.fixture(autouse=True)
def without_collector() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("way", ["remembering", "passing", "bulk"])
def test_nothing_is_left_of_a_batch_but_its_rejections(way: str) -> None:
    connector = load_connector(FILES[-1], SOURCES, CATALOG, RULES)
    names = (TENANT.id, connector.name, "/x")
    maker = RecordMaker(names, Serde(CATALOG, MemoryRegistry()), CATALOG, PARTITIONS)
    reading, memory = Reading(remembers_all=way == "remembering"), RowMemory()
    at = connector.compiled.columns.index("status")
    row = rows_of(connector, 0)[0]
    cell = Cell("9")  # no code of the table: rejected
    watched = weakref.ref(cell)
    rows: list[Any] = [(*row[:at], cell, *row[at + 1 :])]
    del cell

    def worked() -> Outcome:
        batch = Batch(connector.compiled.columns, rows[:], "")
        if way == "bulk":
            return Bulk(connector, reading, memory, maker).work(batch, staging(), NOW)
        return RowEngine(connector, reading, memory, "/x", maker.encoder).work(batch)

    refused = worked().refused
    rows.clear()
    assert [item.error.code for item in refused] == ["KODE_TIDAK_DIKENAL"]
    assert watched() is None
