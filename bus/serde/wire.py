"""The Confluent wire format: byte 0, schema id in 4 bytes big-endian, Avro body."""

from bus.errors import DecodeError
from bus.serde.failures import BUKAN_AVRO

MAGIC = 0
HEADER_BYTES = 5
MAX_ID = 2**31 - 1


def header_of(schema_id: int) -> bytes:
    """The five bytes before the body.

    Raises:
        ValueError: the id is not between 1 and 2³¹ - 1.
    """
    if not 0 < schema_id <= MAX_ID:
        raise ValueError(f"schema id {schema_id}: expected 1 to {MAX_ID}")
    return bytes([MAGIC]) + schema_id.to_bytes(4, "big")


def schema_id_of(data: bytes) -> int:
    """The id of the schema the bytes were written with.

    Raises:
        DecodeError: `BUKAN_AVRO`, the bytes do not start as they should.
    """
    if len(data) < HEADER_BYTES:
        raise DecodeError(
            BUKAN_AVRO,
            f"{len(data)} bytes are too few: expected byte 0, a 4-byte schema id "
            "and an Avro body; is the writer a registry-aware Avro serializer?",
        )
    if data[0] != MAGIC:
        raise DecodeError(
            BUKAN_AVRO,
            f"first byte is {data[0]:#04x}, expected 0x00: the writer did not use "
            "the Confluent wire format",
        )
    return int.from_bytes(data[1:HEADER_BYTES], "big")
