"""Checks a mapping against contracts and rules; finds every problem, then a plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from bus.connect.mapping import model
from bus.connect.mapping.avro_type import record_fields
from bus.connect.mapping.compiler import Plan
from bus.connect.mapping.deciding import columns_of
from bus.connect.mapping.field_code import column_option
from bus.connect.mapping.leaf_check import leaf_problems, leaves_of
from bus.connect.mapping.rule_book import IDENTITY_RULES, PERSONAL_RULES, SUBJECT
from bus.connect.mapping.target import Leaf, Node, Problem, TargetReader
from bus.errors import ConfigError

if TYPE_CHECKING:
    from bus.connect.files.definition import SourceDefinition
    from bus.connect.mapping.rule_book import RuleBook
    from bus.contracts import Catalog
    from bus.contracts.contract import EventContract

Nodes = Mapping[str, Node]


class MappingCheck:
    """Reads the mapping of one connector.

    Args:
        definition: the file's content.
        catalog: contracts.
        rules: rule names.

    Attributes:
        problems: place in the file and what is wrong, after `plan`.
    """

    def __init__(
        self, definition: SourceDefinition, catalog: Catalog, rules: RuleBook
    ) -> None:
        self.problems: list[Problem] = []
        self._definition = definition
        self._catalog = catalog
        self._rules = rules

    def plan(self, extra_columns: tuple[str, ...] = ()) -> Plan | None:
        """The plan, or None if there are problems.

        Args:
            extra_columns: columns the source itself needs in each row.
        """
        nodes, contracts = [], []
        for number, mapping in enumerate(self._definition.pemetaan):
            found, refs = self._mapping(number, mapping)
            nodes.append(found)
            contracts.append(refs)
        if self.problems:
            return None
        definition = self._definition
        leaves = [leaf for found in nodes for leaf in leaves_of(found)]
        columns = dict.fromkeys(_columns(definition, leaves))
        return Plan(
            name=definition.connector,
            ref=_blurred(definition.ref, leaves),
            columns=tuple({**columns, **dict.fromkeys(extra_columns)}),
            tables=definition.tabel,
            mappings=definition.pemetaan,
            nodes=nodes,
            contracts=contracts,
        )

    def _mapping(
        self, number: int, mapping: model.Mapping
    ) -> tuple[Nodes, dict[str, str]]:
        place = ("pemetaan", number)
        refs: dict[str, str] = {}
        nodes: Nodes = {}
        for event_type in mapping.event_types:
            where = "peristiwa"
            try:
                event = self._catalog.event(event_type)
                where = "kontrak"
                refs[event_type] = self._contract(mapping, event)
            except ConfigError as error:
                self.problems.append(((*place, where), str(error)))
                continue
            reader = TargetReader(event_type)
            columns = (*place, "kolom")
            nodes = reader.record(record_fields(event.schema), mapping.kolom, columns)
            self.problems.extend(reader.problems)
        tables = self._definition.tabel
        for leaf in leaves_of(nodes):
            self.problems.extend(leaf_problems(leaf, nodes, self._rules, tables))
        if leaves_of(nodes):
            self._key(mapping, nodes, place)
        self._times(mapping, place)
        return nodes, refs

    def _contract(self, mapping: model.Mapping, event: EventContract) -> str:
        if not mapping.kontrak or mapping.kontrak == event.contract:
            return event.contract
        contract = self._catalog.contract(mapping.kontrak)
        if event.type not in contract.event_types:
            raise ConfigError(
                f"contract {mapping.kontrak} does not carry {event.type}; it carries: "
                f"{', '.join(contract.event_types)}"
            )
        return mapping.kontrak

    def _key(
        self, mapping: model.Mapping, nodes: Nodes, place: tuple[str | int, ...]
    ) -> None:
        leaves = {leaf.path: leaf for leaf in leaves_of(nodes)}
        personal = {c for leaf in leaves.values() for c, _ in _personal(leaf)}
        for path in mapping.kunci:
            leaf = leaves.get(path)
            if leaf is None:
                text = f"`{path}` is no mapped field; mapped: {', '.join(leaves)}"
            elif leaf.rule.aturan in PERSONAL_RULES.keys() - IDENTITY_RULES:
                text = f"`{path}` is personal data and cannot be in a key"
            elif leaf.rule.aturan not in IDENTITY_RULES and (
                shown := personal.intersection(leaf.rule.dari)
            ):
                text = (
                    f"`{path}` shows {', '.join(sorted(shown))}, which is personal, in "
                    "the key; use the rule subjek or keluarga, or another column"
                )
            elif leaf.type.nullable and not leaf.rule.wajib:
                text = f"`{path}` may be empty; add `wajib: true` to its rule"
            else:
                continue
            self.problems.append(((*place, "kunci"), text))

    def _times(self, mapping: model.Mapping, place: tuple[str | int, ...]) -> None:
        for name in ("dicatat", "terjadi"):
            time = getattr(mapping, name)
            rule = time.aturan if isinstance(time, model.Time) else ""
            if rule and rule not in self._rules:
                self.problems.append(
                    (
                        (*place, name),
                        f"unknown rule {rule!r}; valid: {', '.join(self._rules.names)}",
                    )
                )


def _columns(definition: SourceDefinition, leaves: list[Leaf]) -> Iterator[str]:
    for part in definition.ref:
        yield part if isinstance(part, str) else part.kolom
    for leaf in leaves:
        yield from columns_of(leaf)
    for mapping in definition.pemetaan:
        for condition in (*mapping.bila, *mapping.hapus, *mapping.dikoreksi):
            yield condition.kolom
        if isinstance(mapping.peristiwa, model.Choice):
            yield mapping.peristiwa.kolom
        for time in (mapping.dicatat, mapping.terjadi):
            if time is not None:
                yield from (time,) if isinstance(time, str) else time.dari


def _blurred(ref: tuple[Any, ...], leaves: list[Leaf]) -> tuple[Any, ...]:
    """The reference with columns hashed that a rule shows to be personal."""
    personal = {column: how for leaf in leaves for column, how in _personal(leaf)}
    return tuple(
        model.RefPart(kolom=part, samar=personal[part])
        if isinstance(part, str) and part in personal
        else part
        for part in ref
    )


def _personal(leaf: Leaf) -> Iterator[tuple[str, str]]:
    """Columns that a rule shows to be personal, and how they are hashed."""
    rule = leaf.rule
    if rule.aturan == SUBJECT:
        for column in rule.fallbacks:
            yield column.kolom, "keluarga" if column.anchor == "no_kk" else "subjek"
        if name := column_option(rule.opsi.get("nama")):
            yield name, "acak"
    if how := PERSONAL_RULES.get(rule.aturan):
        yield from ((column, how) for column in rule.dari)
