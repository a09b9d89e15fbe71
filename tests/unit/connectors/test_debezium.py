"""Debezium's envelopes: JSON with and without schema, what its numbers mean."""

import json
from base64 import b64encode
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bus.errors import RowError
from connectors.debezium.config import DebeziumConfig
from connectors.debezium.decoding import JsonRecords
from connectors.debezium.envelope import Change, from_avro

ROW = {"id": 1, "nama": "A"}
SCHEMA = {
    "type": "struct",
    "name": "k.uji.warga.Envelope",
    "fields": [
        {
            "field": "after",
            "type": "struct",
            "fields": [
                {"field": "id", "type": "int32"},
                {"field": "lahir", "type": "int32", "name": "io.debezium.time.Date"},
                {
                    "field": "ubah",
                    "type": "int64",
                    "name": "io.debezium.time.MicroTimestamp",
                },
                {"field": "jam", "type": "int64", "name": "io.debezium.time.MicroTime"},
                {
                    "field": "jumlah",
                    "type": "bytes",
                    "name": "org.apache.kafka.connect.data.Decimal",
                    "parameters": {"scale": "2"},
                },
            ],
        }
    ],
}


def change(value: Any, key: Any = None, **config: Any) -> Change:
    records = JsonRecords(DebeziumConfig(bootstrap="x", topic="k.uji.warga", **config))
    told = None if key is None else json.dumps(key).encode()
    return records.change(told, json.dumps(value).encode())


@pytest.mark.parametrize("op", ["c", "r", "u"])
def test_a_row_after_a_change(op: str) -> None:
    found = change({"op": op, "after": ROW, "source": {"snapshot": "true"}})
    assert (found.op, found.cells, found.begins, found.ends) == (op, ROW, False, False)


def test_cells_are_read_by_the_schema_beside_them() -> None:
    number = (-12345).to_bytes(2, "big", signed=True)
    after = {
        "id": 7,
        "lahir": 20_512,
        "ubah": 1_772_323_198_120_034,
        "jam": 3_600_000_000,
        "jumlah": b64encode(number).decode(),
    }
    found = change({"schema": SCHEMA, "payload": {"op": "c", "after": after}})
    assert found.cells == {
        "id": 7,
        "lahir": date(2026, 2, 28),
        "ubah": datetime(2026, 2, 28, 23, 59, 58, 120034),  # noqa: DTZ001
        "jam": timedelta(hours=1),
        "jumlah": Decimal("-123.45"),
    }


def test_cells_are_read_as_the_file_says_where_there_is_no_schema() -> None:
    after = {"lahir": 20_512, "ubah": 1_772_323_198_000, "kosong": None}
    types = {"lahir": "date", "ubah": "timestamp", "kosong": "date"}
    found = change({"op": "u", "before": after, "after": after}, types=types)
    expected = {
        "lahir": date(2026, 2, 28),
        "ubah": datetime(2026, 2, 28, 23, 59, 58),  # noqa: DTZ001
        "kosong": None,
    }
    assert (found.cells, found.moved) == (expected, expected)


@pytest.mark.parametrize("key", [{"id": 1}, {"schema": {}, "payload": {"id": 1}}])
def test_a_deleted_row_is_told_by_the_key_if_by_nothing_else(key: Any) -> None:
    assert change({"op": "d", "before": None, "after": None}, key).cells == {"id": 1}
    assert change({"op": "d", "before": ROW, "after": None}, key).cells == ROW


@pytest.mark.parametrize(
    ("marker", "begins", "ends"),
    [
        ("first", True, False),
        ("last", False, True),
        ("last_in_data_collection", False, True),
        ("incremental", False, False),
    ],
)
def test_snapshot_markers(marker: str, begins: bool, ends: bool) -> None:
    found = change({"op": "r", "after": ROW, "source": {"snapshot": marker}})
    assert (found.begins, found.ends) == (begins, ends)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (ROW, "BUKAN_DEBEZIUM"),
        (["op"], "BUKAN_DEBEZIUM"),
        ({"op": "x", "after": ROW}, "OPERASI_TAK_DIKENAL"),
        ({"op": "c", "after": None}, "OPERASI_TAK_DIKENAL"),
        ({"op": "d", "before": None}, "OPERASI_TAK_DIKENAL"),
    ],
)
def test_what_is_no_change(value: Any, code: str) -> None:
    with pytest.raises(RowError) as caught:
        change(value)
    assert caught.value.code == code


def test_what_is_no_json() -> None:
    records = JsonRecords(DebeziumConfig(bootstrap="x", topic="t"))
    with pytest.raises(RowError) as caught:
        records.change(None, b'{"op": "c", ')
    assert caught.value.code == "ISI_RUSAK"


def test_an_avro_schema_tells_what_numbers_mean() -> None:
    row = {
        "type": "record",
        "name": "Value",
        "fields": [
            {"name": "id", "type": "int"},
            {
                "name": "lahir",
                "type": [
                    "null",
                    {"type": "int", "connect.name": "io.debezium.time.Date"},
                ],
            },
        ],
    }
    schema = {
        "type": "record",
        "name": "Envelope",
        "fields": [
            {"name": "before", "type": ["null", row]},
            {"name": "after", "type": ["null", "Value"]},
            {"name": "op", "type": "string"},
        ],
    }
    converters = from_avro(schema)
    assert {name: convert(0) for name, convert in converters.items()} == {
        "lahir": date(1970, 1, 1)
    }


@pytest.mark.parametrize(
    "block",
    [{"format": "avro"}, {"format": "avro", "registry": "x", "types": {"a": "date"}}],
)
def test_a_block_that_does_not_fit_together(block: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="format avro"):
        DebeziumConfig(bootstrap="x", topic="t", **block)
