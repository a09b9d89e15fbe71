"""Reason codes of the serde, and the error of a value that does not fit its schema."""

import struct

from bus.errors import PoisonError

BUKAN_AVRO = "BUKAN_AVRO"
"""Bytes that are not in the Confluent wire format."""

SKEMA_TIDAK_DIKENAL = "SKEMA_TIDAK_DIKENAL"
"""The registry has no schema, or no record schema, under this id."""

SKEMA_TIDAK_COCOK = "SKEMA_TIDAK_COCOK"
"""Written with a schema that the contract in use cannot read."""

ISI_RUSAK = "ISI_RUSAK"
"""The body is cut off, or is not what its own schema says."""

TIDAK_SESUAI_SKEMA = "TIDAK_SESUAI_SKEMA"
"""A value that does not fit the contract's schema."""


TERLALU_BESAR = "TERLALU_BESAR"
"""A value that is larger than a record may be."""

REFUSED = (
    *(TypeError, ValueError, ArithmeticError, LookupError, AttributeError),
    struct.error,
)
"""What a writer raises for a value that is not what the schema says."""

MOST_BYTES = 900_000
"""Of a payload; Kafka's brokers take records of 1 MiB unless told otherwise."""


def too_large(event_type: str, size: int) -> PoisonError:
    """The broker would refuse it each time; so it is a dead letter, told at once."""
    return PoisonError(
        TERLALU_BESAR,
        f"{event_type}: isinya {size} byte, lebih dari {MOST_BYTES} byte yang dapat "
        "dikirim. Pendekkan teks atau lampirannya di aplikasi asal.",
    )


class EncodeError(PoisonError):
    """A value that does not fit its schema; names the field, never the value.

    Args:
        event_type: Avro record name.
        field: dotted path, `orang.nama`; array items as `anggota[3].shdk`.
        problem: what is wrong in words, `needs int, got str`.
    """

    def __init__(self, event_type: str, field: str, problem: str) -> None:
        self.event_type = event_type
        super().__init__(
            TIDAK_SESUAI_SKEMA, f"{event_type}: {field or '(whole)'}: {problem}", field
        )
