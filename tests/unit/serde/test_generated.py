"""The generated writer and reader against fastavro's, byte by byte."""

from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from fastavro import parse_schema, schemaless_reader, schemaless_writer
from hypothesis import given
from hypothesis import strategies as st

from bus.contracts import Catalog
from bus.serde.primitive import zigzag
from bus.serde.reader import compile_reader
from bus.serde.view import in_process
from bus.serde.writer import compile_writer
from tests.unit.serde.small import V1

CATALOG = Catalog.load()
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=1100)
LONGER = {-(1 << bits - 1) for bits in range(8, 80, 8)}
"""Numbers for which fastavro takes a byte more than Java's BigInteger and we do."""
PERSON = st.fixed_dictionaries({"nama": TEXT, "jk": st.sampled_from("LP")})
VALUES = st.fixed_dictionaries(
    {
        "ref": TEXT,
        "tgl": st.integers(-(2**31), 2**31 - 1),
        "pada": st.none() | st.integers(-(2**63), 2**63 - 1),
        "jumlah": st.decimals(
            min_value=-(10**17), max_value=10**17, places=2, allow_nan=False
        ).filter(lambda number: number * 100 not in LONGER),
        "orang": PERSON,
        "saksi": st.none() | PERSON,
        "mutu": st.lists(TEXT, max_size=3),
        "lain": st.dictionaries(TEXT, TEXT, max_size=3),
        "benar": st.booleans(),
    }
)


def general(schema: Any, value: Any) -> bytes:
    out = BytesIO()
    schemaless_writer(out, parse_schema(schema), value)
    return out.getvalue()


@given(VALUES)
def test_the_bytes_are_fastavros(value: dict[str, Any]) -> None:
    view = in_process(V1)
    write = compile_writer(view, b"")
    read = compile_reader(view, 0)
    assert write is not None
    assert read is not None
    data = write(value)
    assert data == general(view, value)
    assert read(data) == value == schemaless_reader(BytesIO(data), view, None)


@pytest.mark.parametrize("event_type", sorted(CATALOG.events))
def test_every_schema_of_the_catalogue_is_covered(event_type: str) -> None:
    event = CATALOG.event(event_type)
    view = in_process(event.schema)
    write, read = compile_writer(view, b"\0head"), compile_reader(view, 5)
    assert write is not None
    assert read is not None
    for example in event.examples:
        data = write(example.value)
        assert data == b"\0head" + general(view, example.value)
        assert read(data) == example.value


@given(st.integers(-(2**63), 2**63 - 1))
def test_whole_numbers(number: int) -> None:
    assert zigzag(number) == general("long", number)


@pytest.mark.parametrize("power", range(64))
def test_whole_numbers_at_the_borders(power: int) -> None:
    for number in (2**power - 1, -(2**power), 2**power // 2):
        if number < 2**63:
            assert zigzag(number) == general("long", number)


@pytest.mark.parametrize(
    "text", ["0", "0.01", "-0.01", "1.27", "1.28", "-1.28", "-1.29", "999999999999.99"]
)
def test_decimals_at_the_borders(text: str) -> None:
    schema = {
        "type": "record",
        "name": "T",
        "fields": [{"name": "a", "type": V1["fields"][3]["type"]}],
    }
    write = compile_writer(in_process(schema), b"")
    assert write is not None
    data = write({"a": Decimal(text)})
    read = compile_reader(in_process(schema), 0)
    assert read is not None
    assert str(read(data)["a"]) == str(Decimal(text).quantize(Decimal("0.01")))
    found = schemaless_reader(BytesIO(data), parse_schema(schema), None)
    assert found == {"a": Decimal(text)}


@pytest.mark.parametrize(
    "kind",
    [
        ["null", "int", "string"],
        ["int"],
        {"type": "fixed", "name": "F", "size": 2},
        {"type": "array", "items": ["null", "T"]},
        {"type": "record", "name": "Empty", "fields": []},
    ],
    ids=["union", "lone", "fixed", "recursive", "empty"],
)
def test_rare_forms_are_left_to_fastavro(kind: Any) -> None:
    schema = {"type": "record", "name": "T", "fields": [{"name": "a", "type": kind}]}
    assert compile_writer(in_process(schema), b"") is None
    assert compile_reader(in_process(schema), 0) is None


@pytest.mark.parametrize("kind", ["double", "float", "bytes", "boolean"])
def test_other_primitives(kind: str) -> None:
    fields = [
        {"name": "a", "type": kind},
        {"name": "b", "type": [kind, "null"]},
        {"name": "c", "type": {"type": "array", "items": ["null", kind]}},
    ]
    schema = {"type": "record", "name": "T", "fields": fields}
    one: Any = {"double": 1.5, "float": 0.25, "bytes": b"x\0", "boolean": True}[kind]
    write = compile_writer(in_process(schema), b"")
    read = compile_reader(in_process(schema), 0)
    assert write is not None
    assert read is not None
    for value in (
        {"a": one, "b": None, "c": [None, one]},
        {"a": one, "b": one, "c": []},
    ):
        assert write(value) == general(schema, value)
        assert read(write(value)) == value


def test_blocks_with_their_size_in_bytes_are_read() -> None:
    fields = [{"name": "a", "type": {"type": "array", "items": "int"}}]
    schema = {"type": "record", "name": "T", "fields": fields}
    read = compile_reader(schema, 0)
    assert read is not None
    data = b"\x03\x04\x02\x04" + b"\x02\x06" + b"\x00"
    assert read(data) == {"a": [1, 2, 3]}
    assert schemaless_reader(BytesIO(data), parse_schema(schema), None) == read(data)


@given(st.binary(max_size=80))
def test_garbage_is_read_alike_or_refused(data: bytes) -> None:
    view = in_process(V1)
    read = compile_reader(view, 0)
    assert read is not None
    try:
        ours = read(data)
    except (ValueError, LookupError, ArithmeticError):
        return
    assert ours == schemaless_reader(BytesIO(data), view, None)
