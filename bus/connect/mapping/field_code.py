"""Code for one target field: source, rule, table, default, required, allowed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from bus.connect.mapping import support
from bus.connect.mapping.code import Code, identifier, literal
from bus.connect.mapping.expression import compiled, imported
from bus.connect.mapping.rule_book import FAMILY, IDENTITY_RULES, OF_TYPE, RuleBook

if TYPE_CHECKING:
    from bus.connect.mapping.avro_type import FieldType
    from bus.connect.mapping.model import Rule, Table
    from bus.connect.mapping.target import Leaf

NAMED = frozenset({"tanggal", "waktu", "nik", "no_kk", "kode", "ya_tidak"})
"""Rules whose flags need the field's name: there may be several in an event."""
OWN_NUMBER = frozenset({"nik", "subjek_id", "no_kk", "kk_id"})
PERSON = {"nama": "nama", "tgl_lahir": "tanggal", "jk": "jenis_kelamin"}
"""What makes a person without a NIK recognisable → the rule that reads it."""
SIBLINGS = tuple(PERSON)
Siblings = Mapping[str, str]
"""Field name in the same record → local variable that already holds it."""


def variable_of(path: str) -> str:
    """The local variable of a target field."""
    return "t_" + identifier(path.replace(".", "_"))


def column_option(value: Any) -> str | None:
    """The column an option is taken from, `{kolom: KEC}`; None for a fixed one."""
    if isinstance(value, dict) and set(value) == {"kolom"}:
        return str(value["kolom"])
    return None


class FieldCode:
    """Writes the lines that give a local variable the value of a field.

    Args:
        code: the page.
        rules: rule names → callables.
        tables: code tables of the connector, by name.
        places: targets and columns for messages; appended to.
        column: source column → local variable.
    """

    def __init__(
        self,
        code: Code,
        rules: RuleBook,
        tables: Mapping[str, Table],
        places: list[support.FieldPlace],
        column: Callable[[str], str],
    ) -> None:
        self._code = code
        self.rules = rules
        self._tables = tables
        self._places = places
        self._column = column
        self._done: dict[str, str] = {}
        self._temporary = 0

    def forget(self) -> None:
        """Start another event: values computed before may not exist there."""
        self._done.clear()

    def leaf(self, leaf: Leaf, siblings: Siblings, *, optional: bool = False) -> str:
        """Lines for the leaf; returns the variable or literal with its value.

        Args:
            leaf: the field.
            siblings: what its record already has.
            optional: the record around it may be null, so this may be empty.
        """
        rule, path = leaf.rule, leaf.path
        if rule.tetap is not None:
            return self.value(rule.tetap, leaf.type, path)
        number = self.place(path, rule.dari)
        name = variable_of(path)
        if rule.pisah is not None:
            split = self._code.constant("pisah", support.pisah)
            self._code.line(f"{name} = {split}({rule.pisah!r}, {self._source(rule)})")
            return name
        found = self._found(rule, leaf.type, path, siblings)
        self._code.line(f"{name} = {found}")
        if rule.bawaan is not None:
            default = self.value(rule.bawaan, leaf.type, path)
            with self._code.block(f"if {name} is None:"):
                self._code.line(f"{name} = {default}")
        if rule.wajib or not (leaf.type.nullable or optional):
            self._demand(name, number, self._column(rule.dari[0]))
        if leaf.type.kind == "enum" and rule.tabel is None:
            self._allow(name, leaf.type, optional=optional)
        return name

    def place(self, path: str, columns: tuple[str, ...]) -> int:
        """Say in the code what is being worked on, for error messages."""
        place = (path, " + ".join(columns))
        if place not in self._places:
            self._places.append(place)
        number = self._places.index(place)
        self._code.line(f"at = {number}")
        return number

    def demand(self, name: str, leaf: Leaf) -> None:
        """Reject the row if the leaf's variable is empty."""
        number = self.place(leaf.path, leaf.rule.dari)
        self._demand(name, number, self._column(leaf.rule.dari[0]))

    def _demand(self, name: str, number: int, source: str) -> None:
        empty = self._code.constant("kosong", support.kosong)
        places = self._code.constant("TEMPAT", self._places)
        with self._code.block(f"if {name} is None:"):
            self._code.line(f"raise {empty}({places}[{number}], {source})")

    def value(self, value: Any, kind: FieldType, path: str) -> str:
        """A constant of the field's type: dates, money and numbers as it wants them."""
        if kind.kind not in {"string", "enum", "boolean"} and kind.kind in OF_TYPE:
            value = self.rules.function(OF_TYPE[kind.kind], {})(value)[0]
        return literal(value) or self._code.constant(f"TETAP_{path}", value)

    def call(
        self,
        rule: str,
        source: str,
        options: Mapping[str, Any],
        path: str,
        *,
        soft: bool = False,
    ) -> str:
        """`value, flags` of a normaliser in variables; the same call only once.

        Args:
            rule: name of a normaliser.
            source: expression of the raw value.
            options: fixed ones, `{kolom: X}` for a column, `=name` for a variable.
            path: target field.
            soft: a value that cannot be used becomes empty.
        """
        fixed, arguments = {}, ""
        for key, value in options.items():
            if column := column_option(value):
                arguments += f", {key}={self._per_row(rule, key, column)}"
            elif isinstance(value, str) and value.startswith("="):
                arguments += f", {key}={value[1:]}"
            else:
                fixed[key] = value
        if rule == "wilayah" and source.startswith("("):
            function = self.rules.region_of_parts(fixed)
        else:
            function = self.rules.function(rule, fixed, soft=soft)
        name = self._code.constant(f"aturan_{rule}{'_lunak' * soft}", function)
        leaf = path.rpartition(".")[2]
        named = rule in NAMED and leaf not in OWN_NUMBER
        return self._flagged(f"{name}({source}{arguments})", leaf if named else "")

    def _per_row(self, rule: str, option: str, column: str) -> str:
        """A column as an option; a person's facts as the rule `nik` compares them."""
        if rule == "nik" and option in PERSON:
            return self._plain(PERSON[option], column, soft=True)
        return self._column(column)

    def _flagged(self, expression: str, about: str) -> str:
        if expression in self._done:
            return self._done[expression]
        self._temporary += 1
        name = f"v{self._temporary}"
        self._code.line(f"{name}, flags = {expression}")
        add = f"mutu.extend([f + {':' + about!r} for f in flags])"
        with self._code.block("if flags:"):
            self._code.line(add if about else "mutu.extend(flags)")
        self._done[expression] = name
        return name

    def _source(self, rule: Rule) -> str:
        columns = [self._column(name) for name in rule.dari]
        if rule.hitung is not None or rule.fungsi is not None:
            return f"{self._computed(rule)}({', '.join(columns)})"
        if rule.gabung is not None:
            join = self._code.constant("gabung", support.gabung)
            return f"{join}({rule.gabung!r}, {', '.join(columns)})"
        if rule.cadangan and rule.aturan not in IDENTITY_RULES:
            columns += [self._column(column.kolom) for column in rule.fallbacks]
            first = self._code.constant("isi_pertama", support.isi_pertama)
            return f"{first}({', '.join(columns)})"
        return columns[0] if len(columns) == 1 else f"({', '.join(columns)})"

    def _computed(self, rule: Rule) -> str:
        if rule.fungsi is not None:
            return self._code.constant(rule.fungsi, imported(rule.fungsi))
        text = rule.hitung or ""
        return self._code.constant(f"hitung_{text[:20]}", compiled(text, rule.dari))

    def _found(self, rule: Rule, kind: FieldType, path: str, siblings: Siblings) -> str:
        soft = rule.rusak == "kosong"
        if rule.aturan in IDENTITY_RULES:
            return self._identity(rule, path, siblings)
        source = self._source(rule)
        name = rule.aturan or ("" if rule.tabel is not None else OF_TYPE.get(kind.kind))
        if name:
            options = {**self._compared(name, siblings), **rule.opsi}
            source = self.call(name, source, options, path, soft=soft)
        if rule.tabel is not None:
            source = self._look_up(rule, source, path)
        return source

    def _compared(self, rule: str, siblings: Siblings) -> dict[str, str]:
        """Birth date and sex of the same record, for rules that compare them."""
        wanted = self.rules.per_row(rule) if rule == "nik" else frozenset()
        return {key: f"={v}" for key, v in siblings.items() if key in wanted}

    def _look_up(self, rule: Rule, source: str, path: str) -> str:
        if isinstance(rule.tabel, str):
            name, table = rule.tabel, self._tables[rule.tabel]
        else:
            name, table = path.rpartition(".")[2], rule.tabel or {}
        look_up = support.code_table(name, table)
        about = ""
        if rule.rusak == "kosong":
            look_up, about = support.lenient(look_up), path.rpartition(".")[2]
        constant = self._code.constant(f"tabel_{name}", look_up)
        return self._flagged(f"{constant}({source})", about)

    def _identity(self, rule: Rule, path: str, siblings: Siblings) -> str:
        base, soft = self.rules.base(rule.aturan), rule.rusak == "kosong"
        options = {**self._compared(base, siblings), **rule.opsi}
        options.pop("nama", None)
        number = self.call(base, self._column(rule.dari[0]), options, path, soft=soft)
        if rule.aturan == FAMILY:
            make = self._code.constant("kk_id", self.rules.family_id())
        else:
            make = self._code.constant("subjek_id", self.rules.subject_id())
        if rule.aturan == FAMILY or not rule.cadangan:
            return f"{make}({number}) if {number} is not None else None"
        other = f"{variable_of(path)}_cadangan"
        self._code.line(f"{other} = None")
        with self._code.block(f"if {number} is None:"):
            self._without_nik(rule, path, siblings)
        return f"{other} if {number} is None else {make}({number})"

    def _without_nik(self, rule: Rule, path: str, siblings: Siblings) -> None:
        """Lines for a person without a NIK (`domain.md` §3.1)."""
        name = f"{variable_of(path)}_cadangan"
        make = self._code.constant("subjek_tanpa_nik", self.rules.without_nik())
        anchors = []
        for column in rule.fallbacks:
            kind = "no_kk" if column.anchor == "no_kk" else "nik"
            anchors.append(self._plain(kind, column.kolom, soft=True))
        known = {key: siblings.get(key, "None") for key in SIBLINGS}
        known |= self._named(rule, path)
        self._code.line(
            f"{name} = {make}({' or '.join(anchors)}, {', '.join(known.values())})"
        )
        self._code.line("mutu.append('TANPA_NIK')")

    def _named(self, rule: Rule, path: str) -> dict[str, str]:
        """Name, birth date and sex from columns that the rule itself names."""
        found = {}
        for key, rule_name in PERSON.items():
            if column := column_option(rule.opsi.get(key)):
                self.place(path, (column,))
                found[key] = f"{variable_of(path)}_{key}"
                self._code.line(f"{found[key]} = {self._plain(rule_name, column)}")
        if found:
            self.place(path, rule.dari)
        return found

    def _plain(self, rule: str, column: str, *, soft: bool = False) -> str:
        """The value a normaliser without options gives for a column; no flags."""
        function = self.rules.function(rule, {}, soft=soft)
        constant = self._code.constant(f"aturan_{rule}{'_lunak' * soft}", function)
        return f"{constant}({self._column(column)})[0]"

    def _allow(self, name: str, kind: FieldType, *, optional: bool) -> None:
        outside = self._code.constant("di_luar_pilihan", support.di_luar_pilihan)
        allowed = frozenset(
            {*kind.symbols, *((None,) if kind.nullable or optional else ())}
        )
        symbols = self._code.constant(f"PILIHAN_{name}", allowed)
        shown = self._code.constant(f"URUTAN_{name}", kind.symbols)
        with self._code.block(f"if {name} not in {symbols}:"):
            self._code.line(f"raise {outside}({name}, {shown})")
