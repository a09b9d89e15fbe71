"""What an app posts becomes what the same rows become when they are read."""

import json
from pathlib import Path
from typing import Any

import pytest

from bus.connect.files.connector import Connector
from bus.connect.rows.engine import RowEngine
from bus.connect.rows.memory import RowMemory
from bus.connect.rows.outcome import Outcome
from bus.connect.source import Batch, Reading
from bus.contracts import topic_name
from bus.errors import ConfigError
from bus.serde import Serde
from bus.testing.clock import ManualClock
from bus.testing.registry import MemoryRegistry
from connectors.webhook.body import rows_of
from tests.conformance.workshop import (
    CATALOG,
    NO_KK,
    PEOPLE,
    TENANT,
    connector_from,
    person,
)

FILE = """
connector: uji-kirim
app: uji
kind: webhook
source:
  path: /uji/penduduk
  auth: {by: bearer, secrets: {uji: sebuah-token-yang-panjang}}
  rows: isi
  fields: {id: isi.id, nik: isi.nik, nama: isi.nama, no_kk: isi.no_kk, desa: isi.desa,
    rt: isi.rt, status: isi.status}
"""


@pytest.fixture
def connector(tmp_path: Path) -> Connector:
    return connector_from(tmp_path, FILE + PEOPLE)


def worked(connector: Connector, batch: Batch) -> Outcome:
    serde = Serde(CATALOG, MemoryRegistry())
    return RowEngine(
        connector,
        Reading(remembers_all=False),
        RowMemory(),
        f"/{TENANT.id}/uji/{connector.objek}",
        lambda ref, name: serde.encoder(topic_name(TENANT.id, ref), name),
    ).work(batch)


def posted(connector: Connector, rows: list[dict[str, Any]]) -> Outcome:
    body = json.dumps({"isi": rows}).encode()
    door = connector.door(ManualClock(), TENANT.zona_waktu)
    return worked(connector, door.rows(body))


def read(connector: Connector, rows: list[dict[str, Any]]) -> Outcome:
    columns = connector.compiled.columns
    cells = [tuple(row[name] for name in columns) for row in rows]
    return worked(connector, Batch(columns, cells, ""))


def test_the_same_events_with_the_same_ids(connector: Connector) -> None:
    rows = [person(i) for i in range(7)]
    rows[3] = person(3, nama="SITI'AH BINTI ÖNDER, S.PD", rt=None)
    ours, theirs = posted(connector, rows), read(connector, rows)
    assert len(ours.events) == 7
    assert ours.events == theirs.events
    assert posted(connector, rows).events == ours.events


def test_a_number_that_was_sent_as_a_number_is_the_same_person(
    connector: Connector,
) -> None:
    row = person(1)
    number = row | {"nik": int(row["nik"])}
    (one,), (other,) = (posted(connector, [x]).events for x in (row, number))
    assert one.value["orang"]["nik"] == other.value["orang"]["nik"]
    assert one.key == other.key


def test_a_bad_row_stops_nobody_and_shows_nobody(connector: Connector) -> None:
    rows = [person(0), person(1, nik="33250145015890"), person(2)]
    outcome = posted(connector, rows)
    assert [made.key for made in outcome.events] == [
        made.key for made in read(connector, [rows[0], rows[2]]).events
    ]
    (refused,) = outcome.refused
    assert refused.error.code.startswith("NIK_")
    shown = refused.error.message + refused.ref + outcome.events[0].key
    assert "33250145015890" not in shown
    assert NO_KK not in shown


def test_it_is_not_read_and_others_are_not_posted_to(
    connector: Connector, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match="opdbus receive"):
        connector.open(ManualClock()).poll(None)
    table = "kind: csv\nsource: {folder: x, mode: facts}\n"
    text = f"connector: uji-csv\napp: uji\n{table}{PEOPLE}"
    with pytest.raises(ConfigError, match="opdbus connect run"):
        connector_from(tmp_path, text).door(ManualClock(), TENANT.zona_waktu)


def test_no_rows_no_events() -> None:
    assert rows_of(b'{"isi": []}', ("id",), {}, "isi").rows == []
