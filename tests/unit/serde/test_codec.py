from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bus.contracts import Catalog
from bus.errors import ConfigError, DecodeError
from bus.serde import Serde
from bus.testing.registry import MemoryRegistry
from tests.unit.serde.small import TOPIC, V1, V2, catalog, value

CATALOG = Catalog.load()
EXAMPLES = [
    pytest.param(event.type, number, id=f"{event.type}-{number}")
    for event in CATALOG.events.values()
    for number in range(len(event.examples))
]
SHARED = Serde(CATALOG, MemoryRegistry())


@pytest.mark.parametrize(("event_type", "number"), EXAMPLES)
def test_every_example_of_the_catalogue_survives(event_type: str, number: int) -> None:
    event = CATALOG.event(event_type)
    topic = CATALOG.topic_of("k3325", event_type)
    example = event.examples[number].value
    data = SHARED.encode(topic, event_type, example)
    assert SHARED.decode(data) == (event_type, example)


def test_dates_and_times_are_plain_integers_and_money_is_decimal() -> None:
    serde = Serde(catalog(V1), MemoryRegistry())
    given_value = value(pada=1_700_000_000_123, jumlah=Decimal("-0.05"))
    name, found = serde.decode(serde.encode(TOPIC, "Dicatat", given_value))
    assert name == "Dicatat"
    assert found == given_value
    assert type(found["tgl"]) is int
    assert type(found["pada"]) is int
    assert found["jumlah"].as_tuple().exponent == -2


def test_the_registered_schema_keeps_its_logical_types_and_tags() -> None:
    registry = MemoryRegistry()
    serde = Serde(catalog(V1), registry)
    data = serde.encode(TOPIC, "Dicatat", value())
    assert registry.schema(int.from_bytes(data[1:5], "big")) == V1
    assert registry.state.subjects() == [f"{TOPIC}-id.go.pemda.uji.Dicatat"]


def test_fields_with_a_default_may_be_left_out() -> None:
    serde = Serde(catalog(V1), MemoryRegistry())
    short = value()
    for name in ("pada", "saksi", "lain", "benar"):
        del short[name]
    _, found = serde.decode(serde.encode(TOPIC, "Dicatat", short))
    assert found == short | {"pada": None, "saksi": None, "lain": {}, "benar": False}


def test_the_same_schema_on_two_topics_has_one_id() -> None:
    serde = Serde(catalog(V1), MemoryRegistry())
    one = serde.encode(TOPIC, "Dicatat", value())
    two = serde.encode("k3325.uji.lain.repartition.v1", "Dicatat", value())
    assert one == two


def test_an_old_writer_is_read_with_the_newest_schema() -> None:
    registry = MemoryRegistry()
    old, new = Serde(catalog(V1), registry), Serde(catalog(V1, V2), registry)
    data = old.encode(TOPIC, "Dicatat", value())
    assert new.decode(data) == ("Dicatat", value(kode=None))


def test_a_new_writer_is_read_by_an_old_reader() -> None:
    registry = MemoryRegistry()
    old, new = Serde(catalog(V1), registry), Serde(catalog(V1, V2), registry)
    old.encode(TOPIC, "Dicatat", value())
    data = new.encode(TOPIC, "Dicatat", value(kode="x"))
    assert old.decode(data) == ("Dicatat", value())


def test_an_enum_symbol_the_reader_lacks_becomes_its_default() -> None:
    registry = MemoryRegistry()
    text = str(V1).replace("'L', 'P', 'LAINNYA'", "'L', 'P', 'BARU', 'LAINNYA'")
    newer = eval(text)  # the schema above, one symbol more
    registry.set_compatibility("NONE")
    data = Serde(catalog(newer), registry).encode(
        TOPIC, "Dicatat", value(orang={"nama": "X", "jk": "BARU"})
    )
    _, found = Serde(catalog(V1), registry).decode(data)
    assert found["orang"]["jk"] == "LAINNYA"


def test_a_record_the_catalogue_lacks_is_read_as_written() -> None:
    registry = MemoryRegistry()
    data = Serde(catalog(V1), registry).encode(TOPIC, "Dicatat", value())
    assert Serde(CATALOG, registry).decode(data) == ("Dicatat", value())


def test_an_unreadable_writer_schema_has_its_own_code() -> None:
    registry = MemoryRegistry()
    registry.set_compatibility("NONE")
    other = V1 | {"fields": [{"name": "ref", "type": "long"}, *V1["fields"][1:]]}
    data = Serde(catalog(other), registry).encode(TOPIC, "Dicatat", value(ref=5))
    with pytest.raises(DecodeError) as caught:
        Serde(catalog(V1), registry).decode(data)
    assert caught.value.code == "SKEMA_TIDAK_COCOK"


def test_an_incompatible_schema_is_a_configuration_error() -> None:
    registry = MemoryRegistry()
    Serde(catalog(V1), registry).encoder(TOPIC, "Dicatat")
    other = V1 | {"fields": [{"name": "ref", "type": "long"}, *V1["fields"][1:]]}
    with pytest.raises(ConfigError, match=r"incompatible.*ref"):
        Serde(catalog(other), registry).encoder(TOPIC, "Dicatat")


def test_an_unknown_event_type_is_a_configuration_error() -> None:
    with pytest.raises(ConfigError, match="Dicatt"):
        Serde(catalog(V1), MemoryRegistry()).encoder(TOPIC, "Dicatt")


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda data: b"", "BUKAN_AVRO"),
        (lambda data: b'{"a":1}', "BUKAN_AVRO"),
        (lambda data: b"\0\0\0\0\x63" + data[5:], "SKEMA_TIDAK_DIKENAL"),
        (lambda data: data[:-1], "ISI_RUSAK"),
        (lambda data: data[:5], "ISI_RUSAK"),
        (lambda data: data + b"\0", "ISI_RUSAK"),
    ],
    ids=["empty", "json", "other-id", "cut", "header-only", "too-long"],
)
def test_spoiled_bytes_are_decode_errors(spoil: object, code: str) -> None:
    serde = Serde(catalog(V1), MemoryRegistry())
    data = serde.encode(TOPIC, "Dicatat", value())
    with pytest.raises(DecodeError) as caught:
        serde.decode(spoil(data))  # type: ignore[operator]
    assert caught.value.code == code


@given(st.binary(max_size=60))
def test_any_body_is_a_value_or_a_decode_error(body: bytes) -> None:
    serde = Serde(catalog(V1), MemoryRegistry())
    header = serde.encode(TOPIC, "Dicatat", value())[:5]
    with suppress(DecodeError):
        name, _ = serde.decode(header + body)
        assert name == "Dicatat"


def test_decode_errors_quote_no_value() -> None:
    serde = Serde(catalog(V1), MemoryRegistry())
    data = serde.encode(TOPIC, "Dicatat", value(orang={"nama": "SITI", "jk": "P"}))
    with pytest.raises(DecodeError) as caught:
        serde.decode(data[:-3])
    assert "SITI" not in str(caught.value)
    assert "Dicatat" in str(caught.value)
