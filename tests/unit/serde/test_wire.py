import pytest

from bus.errors import DecodeError
from bus.serde.wire import header_of, schema_id_of


@pytest.mark.parametrize("schema_id", [1, 255, 256, 70_000, 2**31 - 1])
def test_an_id_survives_the_header(schema_id: int) -> None:
    header = header_of(schema_id)
    assert header[0] == 0
    assert len(header) == 5
    assert schema_id_of(header + b"rest") == schema_id


@pytest.mark.parametrize("schema_id", [0, -1, 2**31])
def test_an_impossible_id_is_refused(schema_id: int) -> None:
    with pytest.raises(ValueError, match="schema id"):
        header_of(schema_id)


@pytest.mark.parametrize("data", [b"", b"\0\0\0", b'{"nik": 1}', b"\x01\0\0\0\1x"])
def test_other_bytes_are_not_avro(data: bytes) -> None:
    with pytest.raises(DecodeError) as caught:
        schema_id_of(data)
    assert caught.value.code == "BUKAN_AVRO"
