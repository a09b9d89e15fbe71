"""Record keys made from payload fields: `{tahun}|{kode_skpd}`."""

import re
from typing import Any

from bus.record import Value

_PLACE = re.compile(r"\{([a-z0-9_.]+)\}")


def paths_of(template: str) -> tuple[str, ...]:
    """The dotted field paths a template names."""
    return tuple(_PLACE.findall(template))


def key_of(template: str, value: Value) -> str:
    """The record key of a payload.

    Raises:
        KeyError: a field the template names is absent or null.
    """
    return _PLACE.sub(lambda match: str(_at(value, match[1])), template)


def _at(value: Value, path: str) -> Any:
    found: Any = value
    for name in path.split("."):
        found = found[name]
        if found is None:
            raise KeyError(path)
    return found
