"""`hitung` and `fungsi`: a small, safe expression, and Python as the last resort.

An expression knows the columns of its `dari`, a handful of functions and the
operators of arithmetic and comparison; nothing else of Python. What it gives goes to
the field's rule as if it stood in the source.
"""

from __future__ import annotations

import ast
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from importlib import import_module
from typing import TYPE_CHECKING, Any

from bus.errors import ConfigError, RowError
from bus.normalise.result import is_blank, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

LONGEST = 500
FAILED, PYTHON_FAILED = "HITUNG_GAGAL", "FUNGSI_GAGAL"
_NODES: tuple[type[ast.AST], ...] = (
    ast.Expression,
    ast.BoolOp,
    ast.And,
    ast.Or,
    ast.BinOp,
    ast.Add,
    ast.Sub,
    ast.Mult,
    ast.Div,
    ast.FloorDiv,
    ast.Mod,
    ast.UnaryOp,
    ast.Not,
    ast.USub,
    ast.IfExp,
    ast.Compare,
    ast.Eq,
    ast.NotEq,
    ast.Lt,
    ast.LtE,
    ast.Gt,
    ast.GtE,
    ast.In,
    ast.NotIn,
    ast.Constant,
    ast.Subscript,
    ast.Slice,
    ast.Tuple,
    ast.List,
    ast.Load,
)


def _number(value: Any) -> Decimal:
    text = text_of(value)
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise ValueError("bukan angka") from None


def _year(value: Any) -> int:
    if isinstance(value, date | datetime):
        return value.year
    return int(text_of(value)[:4])


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "teks": text_of,
    "angka": _number,
    "bulat": lambda value: int(_number(value)),
    "besar": lambda value: text_of(value).upper(),
    "kecil": lambda value: text_of(value).lower(),
    "panjang": lambda value: len(text_of(value)),
    "kosong": lambda value: is_blank(text_of(value)),
    "ganti": lambda value, old, new: text_of(value).replace(str(old), str(new)),
    "isi_kiri": lambda value, width, fill: text_of(value).rjust(int(width), str(fill)),
    "bagian": lambda value, sign, at: text_of(value).split(str(sign))[int(at)].strip(),
    "tahun": _year,
}
"""What an expression may call."""


def compiled(text: str, columns: Sequence[str]) -> Callable[..., Any]:
    """The expression as a function of its columns, in their order.

    Args:
        text: what stands in the file.
        columns: of `dari`; a name that is no plain word is written `k1`, `k2`, ….

    Raises:
        ConfigError: not valid; says what is, one line for each problem.
    """
    names = _names(columns)
    if len(text) > LONGEST:
        raise ConfigError(f"expression longer than {LONGEST} characters; use `fungsi`")
    try:
        tree = ast.parse(text, mode="eval")
    except SyntaxError as error:
        raise ConfigError(f"no valid expression: {error.msg}: {text}") from None
    if problems := list(dict.fromkeys(_problems(tree, names))):
        raise ConfigError(*problems)
    safe = ast.fix_missing_locations(_Checked().visit(tree))
    scope: dict[str, Any] = {"__builtins__": {}, "_kali": _times, **FUNCTIONS}
    code = compile(safe, "<hitung>", "eval")

    def compute(*values: Any) -> Any:
        known = {name: values[at] for name, at in names.items()}
        try:
            return eval(code, scope, known)  # noqa: S307 - only nodes of _NODES, names of `dari` and FUNCTIONS, no builtins
        except (ArithmeticError, TypeError, ValueError, IndexError) as error:
            raise RowError(
                FAILED,
                f"perhitungan `{text}` gagal ({type(error).__name__}). Periksa isi "
                "kolomnya di aplikasi asal.",
            ) from None

    return compute


def imported(place: str) -> Callable[..., Any]:
    """A Python function by `module:name`, its failures made rejections.

    Raises:
        ConfigError: there is none.
    """
    module, _, name = place.partition(":")
    try:
        function = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigError(
            f"{place!r}: {error}; write `module:function` of an installed package"
        ) from None

    def call(*values: Any) -> Any:
        try:
            return function(*values)
        except RowError:
            raise
        except Exception as error:  # noqa: BLE001 - somebody else's code, one row
            raise RowError(
                PYTHON_FAILED,
                f"fungsi {place} gagal ({type(error).__name__}). Periksa isi kolomnya "
                "di aplikasi asal, atau fungsinya.",
            ) from None

    return call


def _names(columns: Sequence[str]) -> dict[str, int]:
    """Names an expression may use → place of the value: `k1`, and the column's own."""
    numbered = {f"k{at + 1}": at for at in range(len(columns))}
    own = {name: at for at, name in enumerate(columns) if name.isidentifier()}
    return numbered | own


def _problems(tree: ast.Expression, names: Mapping[str, int]) -> Iterator[str]:
    called = {
        id(node.func)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _bad_call(node)
        elif isinstance(node, ast.Name):
            if id(node) not in called and node.id not in names:
                valid = ", ".join(names)
                yield f"{node.id!r} is no column of `dari`; valid: {valid}"
        elif not isinstance(node, _NODES):
            yield f"{type(node).__name__} is not allowed in an expression"


def _bad_call(node: ast.Call) -> Iterator[str]:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name not in FUNCTIONS or node.keywords:
        yield f"function {name or '?'!r} is unknown; valid: {', '.join(FUNCTIONS)}"


class _Checked(ast.NodeTransformer):
    """Makes `*` a call that takes numbers only: no text of a thousand million."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.op, ast.Mult):
            return node
        times = ast.Name("_kali", ast.Load())
        return ast.Call(times, [node.left, node.right], [])


def _times(left: Any, right: Any) -> Any:
    if not all(isinstance(each, int | float | Decimal) for each in (left, right)):
        raise TypeError("only numbers are multiplied")
    return left * right
