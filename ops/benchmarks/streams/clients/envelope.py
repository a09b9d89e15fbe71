"""The CloudEvents headers of a result, made as leanly as a bare loop can."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bus.record import event_id
from ops.benchmarks.streams.material import RESULT

if TYPE_CHECKING:
    from collections.abc import Iterable

Pair = tuple[str, bytes]
_TYPE = RESULT.encode()


def envelope(name: str, headers: Iterable[Pair]) -> list[Pair]:
    """The headers of the cause with the id, type, source and cause of the result.

    Args:
        name: who makes the result; a part of its id.
        headers: of the report.
    """
    found = dict(headers)
    cause = found["ce_id"]
    found["ce_id"] = event_id(name, cause).encode()
    found["ce_type"] = _TYPE
    found["ce_source"] = name.encode()
    found["ce_causationid"] = cause
    return list(found.items())
