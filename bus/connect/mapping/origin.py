"""Which columns a target field comes from, as the file says."""

from collections.abc import Iterator, Mapping
from typing import Any

from bus.connect.mapping.model import RULE_KEYS

Origins = Mapping[str, tuple[str, ...]]


def origins_of(kolom: Mapping[str, Any]) -> Origins:
    """Dotted target field → its source columns; none for a constant.

    Args:
        kolom: a mapping's `kolom` block.
    """
    return dict(_walk(kolom, ""))


def _walk(block: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for name, rule in block.items():
        path = f"{prefix}{name}"
        if not isinstance(rule, dict):
            yield path, (str(rule),)
        elif "daftar" in rule and isinstance(rule["daftar"], list):
            items = [dict(_walk({"x": item}, "")) for item in rule["daftar"]]
            yield path, tuple(c for item in items for cs in item.values() for c in cs)
        elif _is_rule(rule):
            columns = rule.get("dari", ())
            yield (
                path,
                tuple(map(str, columns))
                if isinstance(columns, list)
                else ((str(columns),) if columns else ()),
            )
        else:
            yield from _walk(rule, f"{path}.")


def _is_rule(block: Mapping[str, Any]) -> bool:
    return ("dari" in block or "tetap" in block) and set(block) <= RULE_KEYS
