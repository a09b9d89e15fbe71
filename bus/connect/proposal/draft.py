"""The proposed connector file as text: every guess with its reason beside it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from bus.connect.proposal.rule import CHANGE, Line, line_of, made_up, quoted
from bus.connect.proposal.target import targets_of
from bus.contracts.contract import CLASSES
from bus.contracts.key_template import paths_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bus.connect.proposal.fit import Fit
    from bus.connect.proposal.nature import Nature
    from bus.connect.proposal.reading import Habit
    from bus.connect.survey import FoundTable

SHOWN_CODES = 8
_WIDTH = 88
_HASHED: Mapping[str, str] = {
    "nik": "subjek",
    "no_kk": "keluarga",
    "nama": "acak",
    "telepon": "acak",
}


@dataclass(frozen=True, slots=True)
class Naming:
    """What the file calls things.

    Attributes:
        connector: its name.
        app: the app, first part of `sumber_ref`.
        kind: technology.
        variable: environment variable with address or folder.
        region: the tenant's own region code, `33.25`.
        others: further event types that fit.
    """

    connector: str
    app: str
    kind: str
    variable: str
    region: str
    others: Sequence[str] = ()


class Draft:
    """Writes one file.

    Args:
        naming: names.
        table: what was found.
        natures: guesses about its columns.
        habit: how to read it.
        fit: the event.
    """

    def __init__(
        self,
        naming: Naming,
        table: FoundTable,
        natures: Sequence[Nature],
        habit: Habit,
        fit: Fit,
    ) -> None:
        self._naming = naming
        self._table = table
        self._natures = natures
        self._habit = habit
        self._fit = fit

    def text(self, test: Sequence[str] = ()) -> str:
        """The file; `test` are the lines of `uji`, if there are any."""
        lines = [
            *self._head(),
            *self._source(),
            *self._ref(),
            "pemetaan:",
            *self._mapping(),
            *self._limits(),
            *(["uji:", *test] if test else []),
        ]
        return "\n".join(lines) + "\n"

    def _head(self) -> Iterator[str]:
        count = self._table.count
        rows = f"{count} rows" if count is not None else "rows not counted"
        told = (
            f"Proposed by `opdbus connector new` from {self._table.name} ({rows}, "
            f"{len(self._table.rows)} looked at). Every line is a guess, its reason "
            f"above it; lines marked {CHANGE} need a decision. Then: opdbus connector "
            "lint, check, try, test."
        )
        yield from _comment(told)
        for note in self._table.notes:
            yield from _comment(note)
        if self._naming.others:
            yield from _comment(
                f"Other events that fit (--event): {', '.join(self._naming.others)}"
            )
        yield f"connector: {self._naming.connector}"
        yield f"app: {self._naming.app}"
        yield f"kind: {self._naming.kind}"
        if not self._table.block.get("table"):
            yield f"objek: {quoted(self._table.name)}"

    def _source(self) -> Iterator[str]:
        yield "source:"
        if "path" in self._table.block:
            yield from self._posts()
        else:
            yield from self._reads()

    def _posts(self) -> Iterator[str]:
        """An app that posts: how it proves itself, and where its rows stand."""
        naming = self._naming
        yield from _comment(
            "the app signs its posts (Standard Webhooks); bearer is a token instead",
            "  ",
        )
        secrets = f'{{{naming.app}: "${{{naming.variable}}}"}}'
        yield f"  auth: {{by: hmac, secrets: {secrets}}}"
        for key, value in self._table.block.items():
            yield f"  {key}: {_flow(value)}"

    def _reads(self) -> Iterator[str]:
        habit = self._habit
        place = "folder" if "folder" in self._table.block else "url"
        yield f"  {place}: ${{{self._naming.variable}}}"
        for key, value in self._table.block.items():
            if key != place:
                yield f"  {key}: {_flow(value)}"
        yield from _comment(habit.mode_reason, "  ")
        yield f"  mode: {habit.mode}"
        if habit.cursor:
            yield from _comment(habit.cursor_reason, "  ")
            yield f"  cursor: {quoted(habit.cursor)}"
        if "table" in self._table.block:
            yield from _comment(habit.key_reason, "  ")
            yield f"  key: [{', '.join(map(quoted, habit.key))}]"

    def _ref(self) -> Iterator[str]:
        kinds = {nature.name: nature.kind for nature in self._natures}
        parts = []
        for name in self._habit.key:
            how = _HASHED.get(kinds.get(name, ""))
            parts.append(
                f"{{kolom: {quoted(name)}, samar: {how}}}" if how else quoted(name)
            )
        yield from _comment(
            f"identifies a row for ever: {self._habit.key_reason}; personal columns "
            "are hashed"
        )
        yield "ref:"
        yield from (f"  - {part}" for part in parts)

    def _mapping(self) -> Iterator[str]:
        fit, habit = self._fit, self._habit
        yield from _comment(f"the fields of {fit.event.contract}", "  ")
        if fit.doubt:
            yield from _comment(f"{CHANGE}: {fit.doubt}", "  ")
        yield f"  - peristiwa: {fit.event.type}"
        yield f"    kunci: {_key(fit)}"
        if habit.changed is not None:
            yield from _comment("when the app recorded it", "    ")
            yield f"    dicatat: {quoted(habit.changed.name)}"
        if habit.deleted is not None:
            yield from self._deleted(habit.deleted)
        yield "    kolom:"
        yield from _tree(self._lines(), "      ")
        yield from self._unused()

    def _deleted(self, mark: Nature) -> Iterator[str]:
        active = bool({"aktif", "active"} & mark.words)
        column = f"{{kolom: {quoted(mark.name)}, terhapus: true"
        yield from _comment(
            f"soft delete (Q10): {mark.reason}; such rows are withdrawn", "    "
        )
        yield f"    hapus: {column}{', aktif: true' if active else ''}}}"

    def _lines(self) -> dict[str, Line]:
        """Rule by path, in schema order; key fields never empty."""
        fit, lines = self._fit, {}
        missing = {target.path for target in fit.missing}
        keys = set(_keys(fit))
        for target in targets_of(fit.event):
            if target.path in fit.picks:
                line = line_of(fit.picks[target.path], fit)
            elif target.path in missing or target.path in keys:
                region = self._naming.region
                line = made_up(target, self._habit, self._natures, region)
            else:
                continue
            if target.path in keys and target.type.nullable:
                line = Line(_demanded(line.rule), line.why)
            lines[target.path] = line
        return lines

    def _unused(self) -> Iterator[str]:
        picked = {pick.nature.name for pick in self._fit.picks.values()}
        used = picked | self._habit.columns
        for personal in CLASSES:
            rest = [
                f"{n.name} ({_told(n)})"
                for n in self._natures
                if n.name not in used and n.personal == personal
            ]
            if rest:
                told = f"columns not used, {personal}: {', '.join(rest)}"
                yield from _comment(told, "      ")

    def _limits(self) -> Iterator[str]:
        yield from _comment("pauses itself when more than half of the rows are bad")
        yield "batas: {tolak_persen: 50, hapus_persen: 50}"

    def test(self, row: Mapping[str, Any], result: Sequence[str]) -> list[str]:
        """The lines of one made-up test row.

        Args:
            row: its cells.
            result: lines of `hasil` or `tolak`, without indentation.
        """
        return [
            *_comment(
                "a made-up row: make more, one for each habit of the clerks", "  "
            ),
            "  - nama: made up from the sample",
            "    baris:",
            *(f"      {quoted(k)}: {_cell(v)}" for k, v in row.items()),
            *(f"    {line}" for line in result),
        ]


def _told(nature: Nature) -> str:
    """A column's kind; of a code its values, and what the database says of it."""
    seen = ", ".join(nature.codes[:SHOWN_CODES])
    if nature.kind != "kode" or nature.personal != "internal" or not seen:
        return nature.kind
    more = ", …" if len(nature.codes) > SHOWN_CODES else ""
    comment = f"; the table says: {nature.column.comment}" * bool(nature.column.comment)
    return f"{nature.kind}: {seen}{more}{comment}"


def _keys(fit: Fit) -> tuple[str, ...]:
    found = paths_of(fit.event.key_template)
    if found:
        return found
    wanted = [t.path for t in targets_of(fit.event) if t.required]
    ids = [path for path in wanted if path.endswith("_id")]
    return tuple((ids or wanted)[:1])


def _key(fit: Fit) -> str:
    keys = _keys(fit)
    return keys[0] if len(keys) == 1 else f"[{', '.join(keys)}]"


def _demanded(rule: str) -> str:
    if rule.startswith("{"):
        return rule[:-1] + ", wajib: true}"
    return f"{{dari: {rule}, wajib: true}}"


def _tree(lines: Mapping[str, Line], indent: str) -> Iterator[str]:
    """Dotted paths as nested mappings, each rule with its reason above it."""
    groups: dict[str, dict[str, Line]] = {}
    for path, line in lines.items():
        head, _, rest = path.partition(".")
        groups.setdefault(head, {})[rest] = line
    for head, inner in groups.items():
        if "" in inner:
            yield from _comment(inner[""].why, indent)
            yield f"{indent}{head}: {inner[''].rule}"
        else:
            yield f"{indent}{head}:"
            yield from _tree(inner, indent + "  ")


def _comment(text: str, indent: str = "") -> Iterator[str]:
    width = _WIDTH - len(indent) - 2
    yield from (f"{indent}# {line}" for line in wrap(text, width) or [])


def _flow(value: Any) -> str:
    if isinstance(value, str):
        return quoted(value)
    return json.dumps(value, ensure_ascii=False)


def _cell(value: Any) -> str:
    if value is None or isinstance(value, int | float):
        return json.dumps(value)
    return json.dumps(str(value), ensure_ascii=False)
