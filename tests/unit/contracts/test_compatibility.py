import copy

import pytest
from avro.compatibility import (
    ReaderWriterCompatibilityChecker,
    SchemaCompatibilityType,
)
from avro.schema import parse
from hypothesis import given
from hypothesis import strategies as st

from bus.contracts.compatibility import MODES, incompatibilities, unreadable
from bus.contracts.resolution import breaks
from bus.errors import ConfigError

MONEY = {"type": "bytes", "logicalType": "decimal", "precision": 20, "scale": 2}
UJI_E = "id.go.pemda.uji.E"
ENUM = {"type": "enum", "name": "E", "symbols": ["A", "B"]}
ORANG = {
    "type": "record",
    "name": "Orang",
    "fields": [{"name": "nama", "type": "string"}],
}


def of(kind, **more):
    return {
        "type": "record",
        "name": "R",
        "namespace": "id.go.pemda.uji",
        "fields": [{"name": "a", "type": kind, **more}],
    }


def empty():
    return {"type": "record", "name": "R", "namespace": "id.go.pemda.uji", "fields": []}


def rules(reader, writer):
    return [(item.path, item.rule) for item in breaks(reader, writer)]


@pytest.mark.parametrize(
    ("reader", "writer", "expected"),
    [
        (of("string"), of("string"), []),
        (of("long"), of("int"), []),
        (of("int"), of("long"), [("a", "TYPE_CHANGED")]),
        (of("bytes"), of("string"), []),
        (of("string"), of("int"), [("a", "TYPE_CHANGED")]),
        (of("string"), empty(), [("a", "NO_DEFAULT")]),
        (of("string", default=""), empty(), []),
        (empty(), of("string"), []),
        (of(["null", "string"]), of("string"), []),
        (of("string"), of(["null", "string"]), [("a", "NULL_NOT_ALLOWED")]),
        (of(["null", "long"]), of(["null", "int"]), []),
        (of(["null", "int"]), of(["null", "string"]), [("a", "TYPE_REMOVED")]),
        (of(MONEY), of({**MONEY, "scale": 0}), [("a", "MEANING_CHANGED")]),
        (
            of({"type": "int", "logicalType": "date"}),
            of("int"),
            [("a", "MEANING_CHANGED")],
        ),
        (of({**ENUM, "symbols": ["A"]}), of(ENUM), [("a", "SYMBOL_REMOVED")]),
        (of({**ENUM, "symbols": ["A"], "default": "A"}), of(ENUM), []),
        (of({**ENUM, "name": "F"}), of(ENUM), [("a", "NAME_CHANGED")]),
        (of({**ENUM, "name": "F", "aliases": [UJI_E]}), of(ENUM), []),
        (
            of({"type": "array", "items": {**ORANG, "fields": []}}),
            of({"type": "array", "items": ORANG}),
            [],
        ),
        (
            of(["null", {"type": "array", "items": ORANG}]),
            of(["null", {"type": "array", "items": {**ORANG, "fields": []}}]),
            [("a.nama", "NO_DEFAULT")],
        ),
        (
            of({"type": "map", "values": "int"}),
            of({"type": "map", "values": "string"}),
            [("a", "TYPE_CHANGED")],
        ),
        (
            of({"type": "fixed", "name": "F", "size": 4}),
            of({"type": "fixed", "name": "F", "size": 8}),
            [("a", "SIZE_CHANGED")],
        ),
        ({**empty(), "namespace": "lain"}, empty(), [("(schema)", "NAME_CHANGED")]),
        ("string", "int", [("(schema)", "TYPE_CHANGED")]),
    ],
)
def test_rules(reader, writer, expected):
    assert rules(reader, writer) == expected
    assert len(unreadable(reader, writer)) == len(expected)


def test_alias_finds_a_renamed_field():
    new = of("string")
    new["fields"][0] |= {"name": "b", "aliases": ["a"]}
    assert unreadable(new, of("string")) == []


def test_recursive_schema_ends():
    node = of(["null", {"type": "array", "items": "R"}])
    assert unreadable(node, copy.deepcopy(node)) == []


def test_modes_choose_direction_and_versions():
    one, two = of("string"), empty()
    added = {**of("string", default="")}
    assert incompatibilities(one, [two], "BACKWARD")
    assert incompatibilities(one, [two], "FORWARD") == []
    assert incompatibilities(two, [one], "FORWARD")
    assert incompatibilities(one, [two], "NONE") == []
    assert incompatibilities(one, [], "FULL_TRANSITIVE") == []
    history = [of("int"), one]
    assert incompatibilities(added, history, "BACKWARD") == []
    (line,) = incompatibilities(added, history, "BACKWARD_TRANSITIVE")
    assert line.startswith("consumers on the new schema cannot read data of version 1")
    full = incompatibilities(of("int"), [one], "FULL")
    assert [text.split(" cannot")[0] for text in full] == [
        "consumers on the new schema",
        "consumers on version 1",
    ]


def test_unknown_mode_lists_the_valid_ones():
    with pytest.raises(ConfigError, match="BACKWARD_TRANSITIVE"):
        incompatibilities(empty(), [], "backward")
    assert len(MODES) == 7


def test_invalid_schema():
    with pytest.raises(ConfigError, match="not a valid Avro schema"):
        incompatibilities({"type": "recrod"}, [empty()], "BACKWARD")


primitive = st.sampled_from(
    ["null", "boolean", "int", "long", "double", "string", "bytes"]
)
kinds = st.recursive(
    primitive,
    lambda inner: st.one_of(
        st.builds(lambda item: {"type": "array", "items": item}, inner),
        st.builds(lambda item: {"type": "map", "values": item}, inner),
        st.lists(primitive, min_size=1, max_size=3, unique=True),
    ),
    max_leaves=4,
)


@given(kinds, kinds)
def test_agrees_with_the_official_checker(reader, writer):
    """No logical types and no namespaces here, so both must give the same answer."""
    import json

    official = ReaderWriterCompatibilityChecker().get_compatibility(
        parse(json.dumps(of(reader))), parse(json.dumps(of(writer)))
    )
    compatible = official.compatibility is SchemaCompatibilityType.compatible
    assert (unreadable(of(reader), of(writer)) == []) == compatible
