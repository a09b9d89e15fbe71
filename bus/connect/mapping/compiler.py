"""From `pemetaan` blocks to one generated Python function per connector."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bus.connect.mapping import support
from bus.connect.mapping.code import Code, identifier
from bus.connect.mapping.compiled import Compiled
from bus.connect.mapping.deciding import deciding
from bus.connect.mapping.event_code import EventCode
from bus.connect.mapping.field_code import FieldCode
from bus.connect.mapping.model import RefPart
from bus.errors import PoisonError, RowError
from bus.normalise.result import text_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bus.connect.mapping import model
    from bus.connect.mapping.rule_book import RuleBook
    from bus.connect.mapping.target import Node
    from bus.serde.spread import Shape


@dataclass(frozen=True, slots=True)
class Plan:
    """A checked mapping, ready to be compiled.

    Attributes:
        name: the connector's.
        ref: columns of the source reference.
        columns: every column the mapping reads, in order.
        tables: code tables by name.
        mappings: the blocks.
        nodes: per block: the target fields.
        contracts: per block: event type → contract reference.
    """

    name: str
    ref: Sequence[str | RefPart]
    columns: tuple[str, ...]
    tables: Mapping[str, model.Table]
    mappings: Sequence[model.Mapping]
    nodes: Sequence[Mapping[str, Node]]
    contracts: Sequence[Mapping[str, str]]


def compile_plan(plan: Plan, rules: RuleBook) -> Compiled:
    """Write the functions and compile them.

    Args:
        plan: a mapping `bus.connect.mapping.check` found no problem in.
        rules: rule names → callables.
    """
    code = Code()
    locals_of = _local_names(plan.columns)
    places: list[support.FieldPlace] = []
    code.line(f'"""Generated from connector {plan.name}. Do not edit."""')
    code.line()
    code.line()
    _write_ref(code, plan, rules, locals_of)
    code.line()
    code.line()
    _write_map(code, plan, rules, locals_of, places)
    code.line()
    code.line()
    shapes = _write_bulk(code, plan, rules, locals_of, places)
    code.constant("TEMPAT", places)
    module: dict[str, Any] = {**code.names}
    exec(compile(code.text, f"<connector {plan.name}>", "exec"), module)  # noqa: S102 - text made above from a checked mapping; names are identifiers, values are repr()
    return Compiled(
        columns=plan.columns,
        ref_of=module["ref_of"],
        map_row=module["map_row"],
        map_rows=module["map_rows"],
        shapes=shapes,
        deciding=_deciding(plan),
        contracts=plan.contracts,
        text=code.text,
        constants=code.names,
    )


def _deciding(plan: Plan) -> tuple[int, ...]:
    names = deciding(plan.mappings, plan.nodes)
    return tuple(at for at, name in enumerate(plan.columns) if name in names)


def _local_names(columns: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for column in columns:
        name = base = "k_" + identifier(column).lower()
        number = 1
        while name in found.values():
            number += 1
            name = f"{base}_{number}"
        found[column] = name
    return found


def _unpack(code: Code, names: Mapping[str, str]) -> None:
    code.line(f"{', '.join(names.values())}, = row")


def _write_ref(
    code: Code, plan: Plan, rules: RuleBook, names: Mapping[str, str]
) -> None:
    with code.block("def ref_of(row):"):
        _unpack(code, names)
        code.line(f"return {_reference(code, plan, rules, names)}")


def _reference(
    code: Code, plan: Plan, rules: RuleBook, names: Mapping[str, str]
) -> str:
    text = code.constant("teks_dari", text_of)
    parts = []
    for part in plan.ref:
        if isinstance(part, RefPart):
            blur = code.constant(f"samar_{part.samar}", rules.blur(part.samar))
            parts.append(f"{blur}({names[part.kolom]})")
        else:
            parts.append(f"{text}({names[part]})")
    return " + '|' + ".join(parts)


def _write_map(
    code: Code,
    plan: Plan,
    rules: RuleBook,
    names: Mapping[str, str],
    places: list[support.FieldPlace],
) -> None:
    fields = FieldCode(code, rules, plan.tables, places, names.__getitem__)
    events = EventCode(code, fields, names.__getitem__)
    error = code.constant("RowError", RowError)
    located = code.constant("located", support.located)
    place = code.constant("TEMPAT", places)
    with code.block("def map_row(row, ref):"):
        _unpack(code, names)
        code.line("out = []")
        code.line("at = 0")
        with code.block("try:"):
            for number, mapping in enumerate(plan.mappings):
                events.write(number, mapping, plan.nodes[number])
        with code.block(f"except {error} as error:"):
            code.line(f"raise {located}(error, {place}[at]) from None")
        code.line("return out")


def _write_bulk(
    code: Code,
    plan: Plan,
    rules: RuleBook,
    names: Mapping[str, str],
    places: list[support.FieldPlace],
) -> list[Shape]:
    """The function of many rows, for sources that remember nothing."""
    fields = FieldCode(code, rules, plan.tables, places, names.__getitem__)
    events = EventCode(code, fields, names.__getitem__, bulk=True)
    half = code.constant("pecah", support.pecah)
    broken = code.constant("acuan_rusak", support.acuan_rusak)
    with code.block("def map_rows(rows, awal, tulis, pengenal, out, tolak):"):
        code.line("lewat = 0")
        with code.block("for row in rows:"):
            _unpack(code, names)
            code.line(f"acuan = {_reference(code, plan, rules, names)}")
            with code.block(f"if not acuan.isascii() and {half}(acuan):"):
                code.line(f"tolak(row, acuan, {broken}())")
                code.line("continue")
            code.line("ref = awal + acuan")
            code.line("sebelum = len(out)")
            code.line("at = 0")
            with code.block("try:"):
                for number, mapping in enumerate(plan.mappings):
                    events.write(number, mapping, plan.nodes[number])
            _write_refusals(code, places, several=len(plan.mappings) > 1)
            with code.block("else:"):
                code.line("lewat += len(out) == sebelum")
        code.line("return lewat")
    return events.shapes


def _write_refusals(
    code: Code, places: list[support.FieldPlace], *, several: bool
) -> None:
    """What becomes of a row that cannot be an event; its other events go too."""
    row_error = code.constant("RowError", RowError)
    poison = code.constant("PoisonError", PoisonError)
    located = code.constant("located", support.located)
    place = code.constant("TEMPAT", places)
    with code.block(f"except {row_error} as error:"):
        code.line("del out[sebelum:]")
        code.line(f"tolak(row, acuan, {located}(error, {place}[at]))")
    with code.block(f"except {poison} as error:"):
        code.line("del out[sebelum:]")
        if several:  # a later event may say more to the clerk
            with code.block("try:"):
                code.line("map_row(row, ref)")
            with code.block(f"except {row_error} as lain:"):
                code.line("error = lain")
        code.line("tolak(row, acuan, error)")
