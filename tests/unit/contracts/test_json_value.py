from decimal import Decimal

import pytest

from bus.contracts.json_value import from_json, to_json

SCHEMA = {
    "type": "record",
    "name": "R",
    "namespace": "n",
    "fields": [
        {"name": "d", "type": {"type": "int", "logicalType": "date"}},
        {"name": "t", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {
            "name": "m",
            "type": {
                "type": "bytes",
                "logicalType": "decimal",
                "precision": 20,
                "scale": 2,
            },
        },
        {"name": "y", "type": ["null", "bytes"], "default": None},
        {
            "name": "e",
            "type": {
                "type": "enum",
                "name": "E",
                "symbols": ["A", "LAINNYA"],
                "default": "LAINNYA",
            },
            "default": "LAINNYA",
        },
        {"name": "f", "type": ["null", "n.E"], "default": None},
        {"name": "h", "type": {"type": "map", "values": "string"}, "default": {}},
    ],
}
DATA = {
    "d": "1969-12-31",
    "t": "2026-03-02T23:40:11.250+07:00",
    "m": "-1000000.5",
    "y": "AP8=",
    "f": "A",
    "h": {"x": "y"},
}


def test_there_and_back():
    value = from_json(SCHEMA, DATA)
    assert value == {
        "d": -1,
        "t": 1772469611250,
        "m": Decimal("-1000000.50"),
        "y": b"\x00\xff",
        "e": "LAINNYA",
        "f": "A",
        "h": {"x": "y"},
    }
    shown = to_json(SCHEMA, value)
    assert shown["t"] == "2026-03-02T16:40:11.250Z"
    assert shown["m"] == "-1000000.50"
    assert from_json(SCHEMA, shown) == value


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"d": "31-12-1969"}, "d: not a valid date"),
        ({"d": 3}, "d: expected date"),
        ({"t": "2026-03-02T16:40:11"}, "t: not a valid timestamp-millis"),
        ({"m": "1.005"}, "m: not a valid decimal"),
        ({"m": "banyak"}, "m: not a valid decimal"),
        ({"m": "NaN"}, "m: not a valid decimal"),
        ({"y": "?"}, "y: not a valid bytes"),
        ({"e": "B"}, "e: expected one of A, LAINNYA"),
        ({"e": None}, "e: expected enum"),
        ({"h": {"x": 1}}, "h: expected string"),
        ({"z": 1}, "z: no such field in R"),
    ],
)
def test_misfit_names_the_field_and_not_the_value(change, message):
    with pytest.raises(ValueError, match=message):
        from_json(SCHEMA, DATA | change)


def test_missing_field():
    with pytest.raises(ValueError, match="d: missing"):
        from_json(SCHEMA, {})
    with pytest.raises(ValueError, match="expected record"):
        from_json(SCHEMA, None)
