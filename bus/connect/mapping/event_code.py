"""Code for one event: condition, fields in working order, key, times, operation."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from bus.connect.mapping import model, support
from bus.connect.mapping.code import Code, f_string, identifier, literal, reprs
from bus.connect.mapping.field_code import SIBLINGS, FieldCode
from bus.connect.mapping.rule_book import SUBJECT
from bus.connect.mapping.target import Auto, Fixed, Leaf, Listed, Nested, Node
from bus.record import DIBATALKAN, DIKOREKSI
from bus.serde.spread import Always

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

    from bus.serde.spread import Shape


class EventCode:
    """Writes the lines that turn a row into one event and append it to `out`.

    Args:
        code: the page.
        fields: writer of single fields.
        column: source column → local variable.
        bulk: for the function of many rows, which makes bytes at once.
    """

    def __init__(
        self,
        code: Code,
        fields: FieldCode,
        column: Callable[[str], str],
        *,
        bulk: bool = False,
    ) -> None:
        self.shapes: list[Shape] = []
        self._bulk = bulk
        self._code = code
        self._fields = fields
        self._column = column
        self._values: dict[str, str] = {}

    def write(
        self, number: int, mapping: model.Mapping, nodes: Mapping[str, Node]
    ) -> None:
        """Lines for one mapping."""
        self._fields.forget()
        self._values.clear()
        shown = " | ".join(mapping.event_types)
        self._code.line(f"# {number + 1}. {shown}")
        with self._when(mapping.bila), self._chosen(mapping):
            self._code.line("mutu = []")
            self._record(nodes)
            recorded, happened = self._time(mapping)
            event_type = "jenis"
            if isinstance(mapping.peristiwa, str):
                event_type = repr(mapping.peristiwa)
            time = recorded if happened == "None" else self._either(recorded, happened)
            parts = (str(number), event_type, self._key(mapping), time)
            self._code.line("if len(mutu) > 1:")
            self._code.line("    mutu = list(dict.fromkeys(mutu))")
            operation = self._operation(mapping)
            if self._bulk:
                self._pack(parts, nodes, recorded, operation)
                return
            value = self._build(nodes, recorded)
            event = (*parts[:3], value, time, operation, f_string(self._said()))
            self._code.line(f"out.append(({', '.join(event)}))")

    def _pack(
        self,
        parts: tuple[str, str, str, str],
        nodes: Mapping[str, Node],
        recorded: str,
        operation: str,
    ) -> None:
        """Append the event as bytes, with its id."""
        line = self._code.line
        number, event_type, key, time = parts
        line(f"jenis = {event_type}")
        line(f"kunci = {key}")
        line(f"operasi = {operation}")
        place = nodes.get("dicatat_pada")
        noted = "None" if place is None else self._node(place, recorded)
        line(f"kata = {f_string(f'{{jenis}}|{{kunci}}|{{{noted}}}|{self._said()}')}")
        gone = repr(DIBATALKAN)
        before = "''" if operation == "None" else f"{gone} if operasi == {gone} else ''"
        line(f"tanda = pengenal(acuan, kata, {before})")
        given: list[str] = []
        self.shapes.append(self._shape(nodes, recorded, given))
        data = f"tulis[{number}][jenis]({', '.join(given)})"
        line(f"out.append(({number}, jenis, kunci, {time}, operasi, tanda, {data}))")

    def _shape(
        self, nodes: Mapping[str, Node], recorded: str, given: list[str]
    ) -> Shape:
        """How the payload is made of arguments; appends their expressions."""
        found: Shape = {}
        for name, node in nodes.items():
            if isinstance(node, Fixed):
                found[name] = Always(node.value)
            elif isinstance(node, Nested) and not node.type.nullable:
                found[name] = self._shape(node.children, recorded, given)
            else:
                found[name] = len(given)
                given.append(self._node(node, recorded))
        return found

    def _said(self) -> str:
        """Everything that was read for the event, as the inside of an f-string."""
        return f"({reprs([*self._values.values(), 'mutu'])})"

    def _either(self, recorded: str, happened: str) -> str:
        if recorded == "None":
            return happened
        return f"{recorded} if {recorded} is not None else {happened}"

    def _when(
        self, conditions: tuple[model.Condition, ...]
    ) -> AbstractContextManager[None]:
        if not conditions:
            return nullcontext()
        return self._code.block(f"if {self.condition(conditions)}:")

    def condition(self, conditions: tuple[model.Condition, ...]) -> str:
        """The comparisons as a Python expression."""
        folded = self._code.constant("kode", support.folded)
        tests = []
        for test in conditions:
            value = f"{folded}({self._column(test.kolom)})"
            if test.terisi is not None:
                tests.append(value if test.terisi else f"not {value}")
                continue
            if test.terhapus is not None:
                tests.append(self._deleted(test))
                continue
            codes = frozenset(map(support.folded, test.adalah or test.bukan or ()))
            name = self._code.constant(f"NILAI_{test.kolom}", codes)
            tests.append(f"{value} {'in' if test.adalah else 'not in'} {name}")
        return " and ".join(tests)

    def _deleted(self, test: model.Condition) -> str:
        options = {"aktif": True} if test.aktif else {}
        function = self._fields.rules.function("hapus", options)
        name = self._code.constant("aturan_hapus", function)
        found = f"{name}({self._column(test.kolom)})[0]"
        return found if test.terhapus else f"not {found}"

    def _chosen(self, mapping: model.Mapping) -> AbstractContextManager[None]:
        """`jenis` by a column; an unlisted or empty value rejects the row."""
        choice = mapping.peristiwa
        if isinstance(choice, str):
            return nullcontext()
        self._fields.place("peristiwa", (choice.kolom,))
        table = dict(choice.pilih) | dict.fromkeys(choice.lewati, "")
        events = support.code_table("peristiwa", table, needed=True)
        look_up = self._code.constant(f"jenis_{choice.kolom}", events)
        self._code.line(f"jenis, _ = {look_up}({self._column(choice.kolom)})")
        return self._code.block("if jenis:")

    def _record(self, nodes: Mapping[str, Node], *, optional: bool = False) -> None:
        """Variables of a record's fields: what others need first."""
        later: list[Leaf] = []
        siblings: dict[str, str] = {}
        for name, node in nodes.items():
            if isinstance(node, Leaf) and needs_siblings(node):
                later.append(node)
            elif isinstance(node, Leaf):
                siblings[name] = self._leaf(node, {}, optional=optional)
            else:
                self._inner(node, optional=optional)
        known = {key: value for key, value in siblings.items() if key in SIBLINGS}
        for node in sorted(later, key=lambda leaf: leaf.rule.aturan == SUBJECT):
            self._leaf(node, known, optional=optional)

    def _inner(self, node: Node, *, optional: bool) -> None:
        if isinstance(node, Listed):
            for item in node.items:
                self._record({"": item}, optional=True)
        if isinstance(node, Nested):
            optional = optional or node.type.nullable
            self._record(node.children, optional=optional)
            if optional:
                self._demand_if_any(node)

    def _demand_if_any(self, node: Nested) -> None:
        """Required fields of an optional record, once something of it is filled."""
        filled = self._filled(node)
        wanted = [
            child
            for child in node.children.values()
            if isinstance(child, Leaf)
            and not child.type.nullable
            and self._values[child.path] in filled
        ]
        if wanted and len(filled) > 1:
            with self._code.block(f"if not ({_all_empty(filled)}):"):
                for child in wanted:
                    self._fields.demand(self._values[child.path], child)

    def _filled(self, node: Nested) -> list[str]:
        """Variables that hold what was read for a record."""
        return [v for v in _variables(node, self._values) if v.startswith("t_")]

    def _leaf(self, leaf: Leaf, siblings: Mapping[str, str], *, optional: bool) -> str:
        found = self._fields.leaf(leaf, siblings, optional=optional)
        self._values[leaf.path] = found
        return found

    def _time(self, mapping: model.Mapping) -> tuple[str, str]:
        found = []
        for target, time in (
            ("dicatat_pada", mapping.dicatat),
            ("terjadi_pada", mapping.terjadi),
        ):
            if time is None:
                found.append("None")
                continue
            if isinstance(time, str):
                time = model.Time(dari=(time,))  # noqa: PLW2901 - the long form of it
            self._fields.place(target, time.dari)
            source = [self._column(name) for name in time.dari]
            text = source[0] if len(source) == 1 else f"({', '.join(source)})"
            rule = time.aturan or "waktu"
            found.append(self._fields.call(rule, text, time.opsi, target))
        return found[0], found[1]

    def _build(self, nodes: Mapping[str, Node], recorded: str) -> str:
        parts = [f"{name!r}: {self._node(n, recorded)}" for name, n in nodes.items()]
        return "{" + ", ".join(parts) + "}"

    def _node(self, node: Node, recorded: str) -> str:
        if isinstance(node, Leaf):
            return self._values[node.path]
        if isinstance(node, Auto):
            return {"sumber_ref": "ref", "mutu": "mutu"}.get(node.path, recorded)
        if isinstance(node, Listed):
            return self._list(node, recorded)
        if isinstance(node, Nested):
            return self._nested(node, recorded)
        return _fixed(self._code, node)

    def _nested(self, node: Nested, recorded: str) -> str:
        built = self._build(node.children, recorded)
        filled = self._filled(node)
        if not (node.type.nullable or node.path.rpartition(".")[2].isdigit()):
            return built
        return f"(None if {_all_empty(filled)} else {built})" if filled else built

    def _list(self, node: Listed, recorded: str) -> str:
        items = ", ".join(self._node(item, recorded) for item in node.items)
        return f"[x for x in ({items},) if x is not None]" if items else "[]"

    def _key(self, mapping: model.Mapping) -> str:
        """Text, also where the one field of the key is a number or a date."""
        found = [self._values[path] for path in mapping.kunci]
        if all(name.isidentifier() for name in found):
            return "f'" + "|".join("{" + name + "}" for name in found) + "'"
        return f"'|'.join(map(str, ({', '.join(found)},)))"  # constants have quotes

    def _operation(self, mapping: model.Mapping) -> str:
        text = "None"
        if mapping.dikoreksi:
            when = self.condition(mapping.dikoreksi)
            text = f"{DIKOREKSI!r} if {when} else None"
        if mapping.hapus:
            when = self.condition(mapping.hapus)
            text = f"{DIBATALKAN!r} if {when} else ({text})"
        return text


def _all_empty(names: list[str]) -> str:
    return " and ".join(f"{name} is None" for name in names)


def needs_siblings(leaf: Leaf) -> bool:
    """Whether its rule looks at other fields of the same record."""
    return leaf.rule.aturan in {"nik", SUBJECT}


def _variables(node: Node, values: Mapping[str, str]) -> list[str]:
    if isinstance(node, Leaf):
        return [values[node.path]] if node.rule.tetap is None else []
    if isinstance(node, Nested):
        found = [_variables(child, values) for child in node.children.values()]
        return [name for names in found for name in names]
    return []


def _fixed(code: Code, node: Fixed) -> str:
    return literal(node.value) or code.constant(
        identifier(f"BAWAAN_{node.path}"), node.value
    )
