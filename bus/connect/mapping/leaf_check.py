"""Checks of one target field's rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from bus.connect.mapping.expression import compiled, imported
from bus.connect.mapping.field_code import SIBLINGS, column_option
from bus.connect.mapping.rule_book import (
    FAMILY,
    IDENTITY_RULES,
    OF_TYPE,
    SUBJECT,
)
from bus.connect.mapping.target import Leaf, Listed, Nested, Node, Problem
from bus.errors import ConfigError

if TYPE_CHECKING:
    from bus.connect.mapping.model import Rule, Table
    from bus.connect.mapping.rule_book import RuleBook

Nodes = Mapping[str, Node]
Found = Iterator[tuple[str, str]]
"""Key inside the rule, and what is wrong with it."""


def leaves_of(nodes: Nodes) -> list[Leaf]:
    """All fields with a rule, nested ones included."""
    found: list[Leaf] = []
    for node in nodes.values():
        if isinstance(node, Leaf):
            found.append(node)
        elif isinstance(node, Nested):
            found.extend(leaves_of(node.children))
        elif isinstance(node, Listed):
            found.extend(leaves_of({str(i): x for i, x in enumerate(node.items)}))
    return found


def leaf_problems(
    leaf: Leaf, nodes: Nodes, rules: RuleBook, tables: Mapping[str, Table]
) -> list[Problem]:
    """Everything wrong with one rule.

    Args:
        leaf: the field.
        nodes: the whole event, for fields beside it.
        rules: rule names.
        tables: code tables of the connector.
    """
    checks = (
        *_rule(leaf, rules),
        *_computed(leaf),
        *_table(leaf, tables),
        *_constant(leaf),
        *_identity(leaf, nodes),
        *_fallbacks(leaf),
    )
    return [((*leaf.place, key), f"`{leaf.path}`: {text}") for key, text in checks]


def _rule(leaf: Leaf, rules: RuleBook) -> Found:
    rule = leaf.rule
    if rule.aturan and rule.aturan not in rules:
        valid = ", ".join(rules.names)
        yield "aturan", f"unknown rule {rule.aturan!r}; valid: {valid}"
        return
    name = rules.base(rule.aturan) or OF_TYPE.get(leaf.type.kind, "teks")
    per_row = [k for k, v in rule.opsi.items() if column_option(v)]
    own = SIBLINGS if rule.aturan == SUBJECT else ()
    for option in per_row:
        if option not in rules.per_row(name) and option not in own:
            yield "opsi", f"{name}: option {option!r} cannot come from a column"
    fixed = {k: v for k, v in rule.opsi.items() if k not in per_row}
    for option in [k for k in fixed if k in own]:
        told = f"{option}: {{kolom: {fixed.pop(option)}}}"
        yield "opsi", f"{option!r} of a person comes from a column: `{told}`"
    if rule.dari and not (rule.tabel is not None and not rule.aturan):
        yield from (("opsi", text) for text in rules.problems(name, fixed))
    if leaf.type.kind in {"record", "map"} or (
        leaf.type.kind == "array" and rule.pisah is None and rule.tetap is None
    ):
        yield "dari", f"is an {leaf.type.kind}; write `daftar:` or `pisah:`"
    joined = rule.gabung is not None or name == "wilayah"
    if len(rule.dari) > 1 and not joined and not _is_computed(rule):
        yield "dari", "several columns need `gabung:`, `hitung:` or the rule wilayah"


def _is_computed(rule: Rule) -> bool:
    return rule.hitung is not None or rule.fungsi is not None


def _computed(leaf: Leaf) -> Found:
    rule = leaf.rule
    if not _is_computed(rule):
        return
    if rule.aturan in IDENTITY_RULES or rule.gabung or rule.cadangan or rule.pisah:
        text = "cannot stand beside subjek, keluarga, gabung, pisah or cadangan"
        yield ("hitung" if rule.hitung is not None else "fungsi"), text
    try:
        if rule.hitung is not None:
            compiled(rule.hitung, rule.dari)
        elif rule.fungsi is not None:
            imported(rule.fungsi)
    except ConfigError as error:
        key = "hitung" if rule.hitung is not None else "fungsi"
        yield from ((key, problem) for problem in error.problems)


def _table(leaf: Leaf, tables: Mapping[str, Table]) -> Found:
    table: Any = leaf.rule.tabel
    if isinstance(table, str):
        if table not in tables:
            valid = ", ".join(tables) or "none"
            yield "tabel", f"there is no table {table!r}; tables of this file: {valid}"
            return
        table = tables[table]
    for code, value in (table or {}).items():
        if value is not None and (problem := _misfit(leaf, value)):
            yield "tabel", f"code {code!r} gives {value!r}, {problem}"


def _constant(leaf: Leaf) -> Found:
    for key, value in (("tetap", leaf.rule.tetap), ("bawaan", leaf.rule.bawaan)):
        if value is not None and (problem := _misfit(leaf, value)):
            yield key, f"{value!r} {problem}"


def _misfit(leaf: Leaf, value: Any) -> str:
    """Why a written value does not fit the field, or nothing."""
    kind = leaf.type.kind
    if value is None:
        in_list = leaf.path.rpartition(".")[2].isdigit()  # empty items are left out
        free = leaf.type.nullable or in_list
        return "" if free else "but the field may not be null"
    if kind == "enum" and value not in leaf.type.symbols:
        return f"which is not allowed; valid: {', '.join(leaf.type.symbols)}"
    wanted = {"int": int, "long": int, "string": str, "boolean": bool}.get(kind)
    if wanted and (
        not isinstance(value, wanted) or (wanted is int and isinstance(value, bool))
    ):
        return f"which is no {kind}"
    return ""


def _identity(leaf: Leaf, nodes: Nodes) -> Found:
    rule = leaf.rule
    if rule.aturan not in IDENTITY_RULES:
        return
    if len(rule.dari) != 1:
        yield "dari", "needs exactly one column"
    if rule.aturan == SUBJECT and rule.cadangan:
        known = _record_around(leaf.path, nodes) | rule.opsi.keys()
        if missing := [name for name in SIBLINGS if name not in known]:
            yield (
                "cadangan",
                (
                    f"persons without NIK need {', '.join(missing)} mapped beside it, "
                    "or named here: opsi: {nama: {kolom: …}, tgl_lahir: …, jk: …}"
                ),
            )


def _fallbacks(leaf: Leaf) -> Found:
    rule = leaf.rule
    for column in rule.fallbacks:
        name = column.kolom
        if rule.aturan == SUBJECT and column.anchor is None:
            told = [f"{{kolom: {name}, sebagai: {x}}}" for x in ("no_kk", "nik_ibu")]
            text = f"{name!r} may hold the No KK or the mother's NIK; say which: "
            yield "cadangan", text + " or ".join(told)
        if rule.aturan != SUBJECT and column.sebagai:
            yield "cadangan", f"`sebagai` of {name!r} is for the rule subjek only"
    if rule.aturan == FAMILY and rule.cadangan:
        yield "cadangan", "the rule keluarga takes one column only"


def _record_around(path: str, nodes: Nodes) -> set[str]:
    current: Nodes = nodes
    for part in path.split(".")[:-1]:
        node = current.get(part)
        if isinstance(node, Listed):
            current = {str(i): item for i, item in enumerate(node.items)}
        elif isinstance(node, Nested):
            current = node.children
    return {name for name, node in current.items() if isinstance(node, Leaf)}
