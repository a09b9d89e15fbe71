"""The rule of one target field as YAML, with the reason behind it as a comment."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bus.connect.proposal.codes import guessed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bus.connect.proposal.fit import Fit, Pick
    from bus.connect.proposal.nature import Nature
    from bus.connect.proposal.reading import Habit
    from bus.connect.proposal.target import Target

_SAFE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?: [A-Za-z0-9_]+)*")
_LOADED = frozenset({"null", "true", "false", "~"})
_OF_LEAF: Mapping[str, str] = {
    "kode_skpd": "skpd",
    "kode_sub_giat": "sub_kegiatan",
    "kode_akun": "akun",
    "rt": "rt_rw",
    "rw": "rt_rw",
}
_OF_TYPE: Mapping[str, str] = {
    "date": "tanggal",
    "timestamp": "waktu",
    "decimal": "uang",
}
CHANGE = "CHANGE THIS"
"""Mark of a value nobody could guess."""
_OF_LIFE = frozenset({"lahir", "mati"})
"""Words of dates that are about a person, not about the row."""
_NAMELESS = ("nama", "tgl_lahir", "jk")


def quoted(text: object) -> str:
    """A text as a YAML scalar that stays a text."""
    plain = str(text)
    if _SAFE.fullmatch(plain) and plain.lower() not in _LOADED:
        return plain
    return json.dumps(plain, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Line:
    """A field's rule and why.

    Attributes:
        rule: YAML in flow style.
        why: comment.
    """

    rule: str
    why: str


def line_of(pick: Pick, fit: Fit) -> Line:
    """The rule of a field that has a column."""
    target, nature = pick.target, pick.nature
    parts = [f"dari: {quoted(nature.name)}"]
    why = [f"{nature.reason}; {_class(fit, target)}"]
    numbers = all(code.isdigit() for code in nature.codes)
    coded = target.type.kind == "int" and nature.kind == "kode" and not numbers
    if target.type.kind == "enum" or coded:
        table, reason = _choice(target, nature)
        parts += table
        why += reason
    else:
        parts += _plain(pick, fit)
    if target.wants and not target.required and target.leaf.endswith("_id"):
        parts.append("rusak: kosong")
    why += nature.quirks
    rule = parts[0][len("dari: ") :] if len(parts) == 1 else f"{{{', '.join(parts)}}}"
    return Line(rule, "; ".join(why))


def _class(fit: Fit, target: Target) -> str:
    return next(
        (info.pribadi for info in fit.event.fields if info.path == target.path), ""
    )


def _plain(pick: Pick, fit: Fit) -> list[str]:
    target, nature = pick.target, pick.nature
    if target.wants:
        return _identity(pick, fit)
    rule = _OF_LEAF.get(target.leaf) or _OF_TYPE.get(target.type.kind, "")
    if nature.kind in {"wilayah", "desa_teks", "telepon"} and not rule:
        rule = nature.kind
    if nature.kind == "nama" and target.type.kind == "string":
        rule = "nama"
    if not rule:
        return []
    parts = [f"aturan: {rule}"]
    if rule == "uang":
        parts.append("opsi: {tunai: false}")
    return parts


def _identity(pick: Pick, fit: Fit) -> list[str]:
    target, nature = pick.target, pick.nature
    is_number = target.leaf == target.wants
    pseudonym = {"nik": "subjek", "no_kk": "keluarga"}[target.wants]
    parts = [f"aturan: {target.wants if is_number else pseudonym}"]
    if nature.column.family == "number":
        parts.append("opsi: {dari_desimal: true}")
    if target.leaf == "subjek_id" and (family := _family(pick, fit)):
        parts.append(f"cadangan: {{kolom: {quoted(family)}, sebagai: no_kk}}")
    return parts


def _family(pick: Pick, fit: Fit) -> str | None:
    """The No KK's column, for persons without NIK, where name and birth are known."""
    prefix = pick.target.record + "." if pick.target.record else ""
    if any(f"{prefix}{leaf}" not in fit.picks for leaf in _NAMELESS):
        return None
    found = fit.picks.get("kk_id") or fit.picks.get("no_kk")
    return found.nature.name if found else None


def _choice(target: Target, nature: Nature) -> tuple[list[str], list[str]]:
    if nature.kind == "jenis_kelamin":
        return ["aturan: jenis_kelamin"], []
    table, unknown = guessed(target.leaf, nature.codes, target.type.symbols)
    shown = ", ".join(f"{json.dumps(code)}: {value}" for code, value in table.items())
    parts = [f"tabel: {{{shown}}}"]
    if not target.required and not target.type.nullable:
        parts.append(f"bawaan: {_any(target.type.symbols)}")
    if not unknown:
        return parts, []
    codes = ", ".join(map(json.dumps, unknown))
    valid = f"; valid: {', '.join(target.type.symbols)}" if target.type.symbols else ""
    return parts, [f"{CHANGE}: what do the codes {codes} mean{valid}"]


def _any(symbols: Sequence[str]) -> str:
    return "LAINNYA" if "LAINNYA" in symbols else symbols[0]


def _of_key(key: Sequence[str], natures: Sequence[Nature]) -> Line:
    """An identity made of the row's key, numbers of persons hidden."""
    why = "the key of the row, since it has no other identity"
    kinds = {nature.name: nature.kind for nature in natures}
    hidden = {"nik": "subjek", "no_kk": "keluarga"}
    for name in key:
        if how := hidden.get(kinds.get(name, "")):
            return Line(f"{{dari: {quoted(name)}, aturan: {how}}}", why + ", hashed")
    columns = ", ".join(map(quoted, key))
    joined = f'{{dari: [{columns}], gabung: "|"}}' if len(key) > 1 else columns
    return Line(joined, why)


def made_up(
    target: Target, habit: Habit, natures: Sequence[Nature], region: str
) -> Line:
    """A rule that passes `lint` for a required field that no column fits."""
    need = f"{CHANGE}: the contract needs {target.path} and no column looks like it"
    kind, key = target.type.kind, habit.key
    if target.wants:
        first = next((n.name for n in natures if n.kind == target.wants), key[0])
        rule = {"nik": "subjek", "no_kk": "keluarga"}[target.wants]
        return Line(f"{{dari: {quoted(first)}, aturan: {rule}}}", need)
    if kind in {"date", "timestamp"}:
        times = [n for n in natures if n.kind in {"tanggal", "waktu"}]
        times.sort(key=lambda n: (n is not habit.changed, bool(n.words & _OF_LIFE)))
        if times:
            rule = f"{{dari: {quoted(times[0].name)}, aturan: {_OF_TYPE[kind]}}}"
            return Line(rule, need)
    if target.leaf.endswith("_id") and kind == "string":
        return _of_key(key, natures)
    constants: dict[str, Any] = {
        "int": 0,
        "long": 0,
        "boolean": "false",
        "decimal": '"0"',
        "date": "1900-01-01",
    }
    if kind == "enum":
        constants["enum"] = _any(target.type.symbols)
        need += f"; valid: {', '.join(target.type.symbols)}"
    text = f'"{region}"' if target.leaf.startswith("kode_") else '"-"'
    return Line(f"{{tetap: {constants.get(kind, text)}}}", need)
