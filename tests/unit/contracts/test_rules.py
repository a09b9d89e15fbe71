import pytest

from bus.contracts import Catalog
from bus.contracts.rules import violations
from tests.unit.contracts.folders import good, record, write

TOLD = {"konsep": "k", "definisi": "d", "pribadi": "internal"}


def lines(tmp_path, kind, **more):
    fields = [
        {"name": "subjek_id", "type": "string", **TOLD},
        {"name": "a", "type": kind, **TOLD, **more},
    ]
    schema = record(fields=fields, doc="Uji.")
    files = good() | {"uji/lahir/v1/Lahir.avsc": schema}
    return violations(Catalog.load(write(tmp_path, files)).event("Lahir"))


def test_good_schema(tmp_path):
    assert lines(tmp_path, ["null", "string"], default=None) == []


@pytest.mark.parametrize(
    ("kind", "more", "expected"),
    [
        (["string", "null"], {"default": ""}, "a: optional is a union of null"),
        (["null", "string"], {}, "a: optional is a union of null"),
        (["null", "string", "int"], {"default": None}, "a: optional is a union"),
        ("double", {}, "a: binary fractions"),
        (
            {"type": "enum", "name": "E", "symbols": ["A"], "default": "A"},
            {},
            "a: enum E has no default symbol LAINNYA",
        ),
        (
            {"type": "bytes", "logicalType": "decimal", "precision": 18, "scale": 2},
            {},
            "a: money is bytes",
        ),
        ("string", {"konsep": ""}, "a: no konsep"),
        (
            {
                "type": "array",
                "items": {
                    "type": "record",
                    "name": "X",
                    "fields": [{"name": "b", "type": ["null", "int"], **TOLD}],
                },
            },
            {},
            "a.b: optional is a union",
        ),
    ],
)
def test_broken_rule(tmp_path, kind, more, expected):
    (line,) = lines(tmp_path, kind, **more)
    assert line.startswith(f"Lahir: {expected}")


def test_untagged_and_undocumented(tmp_path):
    event = Catalog.load(write(tmp_path, good())).event("Lahir")
    assert violations(event) == [
        "Lahir: subjek_id: no konsep, definisi",
        "Lahir: nama: no konsep, definisi, pribadi",
        "Lahir: (schema): no doc",
    ]
