"""Which columns decide what event a row makes, and under which key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bus.connect.mapping import model
from bus.connect.mapping.event_code import needs_siblings
from bus.connect.mapping.field_code import column_option
from bus.connect.mapping.leaf_check import leaves_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bus.connect.mapping.target import Leaf, Node

    Nodes = Mapping[str, Node]


def deciding(
    mappings: Sequence[model.Mapping], nodes: Sequence[Nodes]
) -> frozenset[str]:
    """Columns of conditions, event types and keys, of all mappings.

    Two states of a row with the same values in all of them make the same events with
    the same keys, so that the later one corrects the earlier one.
    """
    found: set[str] = set()
    for mapping, fields in zip(mappings, nodes, strict=True):
        found.update(condition.kolom for condition in mapping.bila)
        if isinstance(mapping.peristiwa, model.Choice):
            found.add(mapping.peristiwa.kolom)
        leaves = {leaf.path: leaf for leaf in leaves_of(fields)}
        for path in mapping.kunci:
            if path in leaves:
                found.update(_read_for(leaves[path], leaves.values()))
    return frozenset(found)


def _read_for(leaf: Leaf, all_leaves: Iterable[Leaf]) -> Iterator[str]:
    yield from columns_of(leaf)
    if needs_siblings(leaf):
        record = leaf.path.rpartition(".")[0]
        for other in all_leaves:
            if other.path.rpartition(".")[0] == record:
                yield from columns_of(other)


def columns_of(leaf: Leaf) -> Iterator[str]:
    """Columns that the rule of a field reads."""
    yield from leaf.rule.dari
    yield from (column.kolom for column in leaf.rule.fallbacks)
    yield from filter(None, map(column_option, leaf.rule.opsi.values()))
