"""The names of the normalisers in YAML mappings, their options, and binding them."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

from bus.errors import ConfigError, RowError
from bus.normalise.blocks import rt_rw
from bus.normalise.booleans import ya_tidak
from bus.normalise.budget import akun, skpd, sub_kegiatan
from bus.normalise.codes import CodeTable, kode
from bus.normalise.coordinates import koordinat
from bus.normalise.dates import tanggal, tanggal_bagian
from bus.normalise.deletes import hapus
from bus.normalise.money import uang
from bus.normalise.names import nama
from bus.normalise.nik import nik
from bus.normalise.no_kk import no_kk
from bus.normalise.numbers import bilangan, desimal
from bus.normalise.phone import telepon
from bus.normalise.regions import wilayah
from bus.normalise.result import Result
from bus.normalise.scrub import teks_samar
from bus.normalise.sex import jenis_kelamin
from bus.normalise.text import teks
from bus.normalise.times import waktu
from bus.normalise.villages import VillageIndex, desa_teks

Normaliser = Callable[..., Result[Any]]

NORMALISERS: Mapping[str, Normaliser] = MappingProxyType(
    {
        "akun": akun,
        "bilangan": bilangan,
        "desa_teks": desa_teks,
        "desimal": desimal,
        "hapus": hapus,
        "jenis_kelamin": jenis_kelamin,
        "kode": kode,
        "koordinat": koordinat,
        "nama": nama,
        "nik": nik,
        "no_kk": no_kk,
        "rt_rw": rt_rw,
        "skpd": skpd,
        "sub_kegiatan": sub_kegiatan,
        "tanggal": tanggal,
        "tanggal_bagian": tanggal_bagian,
        "teks": teks,
        "teks_samar": teks_samar,
        "telepon": telepon,
        "uang": uang,
        "waktu": waktu,
        "wilayah": wilayah,
        "ya_tidak": ya_tidak,
    }
)

# Options whose value may change from row to row, so that a mapping may take it from
# another column or from a field it has already normalised.
PER_ROW: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "desa_teks": frozenset({"kecamatan"}),
        "nik": frozenset({"tgl_lahir", "jk"}),
        "sub_kegiatan": frozenset({"bidang"}),
        "tanggal_bagian": frozenset({"bulan", "tahun"}),
        "wilayah": frozenset({"induk"}),
    }
)


@dataclass(frozen=True, slots=True)
class Option:
    """A keyword option: its type as text, its default, whether a column may give it."""

    name: str
    type: str
    default: object
    is_required: bool
    is_per_row: bool


@dataclass(frozen=True, slots=True)
class Description:
    """What the reference documentation says about one normaliser."""

    name: str
    summary: str
    details: str
    options: tuple[Option, ...]


def describe(name: str | None = None) -> tuple[Description, ...]:
    """The normalisers in alphabetical order, or the one of that name.

    Raises:
        ConfigError: no normaliser has that name.
    """
    names = sorted(NORMALISERS) if name is None else [name]
    return tuple(_description(found) for found in names)


def _description(name: str) -> Description:
    text = inspect.getdoc(_lookup(name)) or ""
    summary, _, details = text.partition("\n\n")
    return Description(name, " ".join(summary.split()), details, _options(name))


def _options(name: str) -> tuple[Option, ...]:
    parameters = inspect.signature(_lookup(name)).parameters.values()
    per_row = PER_ROW.get(name, frozenset())
    return tuple(
        Option(
            name=p.name,
            type=inspect.formatannotation(p.annotation),
            default=None if p.default is p.empty else p.default,
            is_required=p.default is p.empty,
            is_per_row=p.name in per_row,
        )
        for p in parameters
        if p.kind is p.KEYWORD_ONLY and p.name != "field"
    )


def _lookup(name: str) -> Normaliser:
    found = NORMALISERS.get(name)
    if found is None:
        valid = ", ".join(sorted(NORMALISERS))
        raise ConfigError(f"normaliser {name!r} is unknown; valid names: {valid}")
    return found


def bind(
    name: str,
    options: Mapping[str, Any] | None = None,
    *,
    field: str | None = None,
    lunak: bool = False,
) -> Normaliser:
    """A normaliser with its options checked and prepared once, for the hot path.

    The result takes the value and, as keywords, the options that change per row. Code
    tables and village lists are indexed here and not again for each row.

    Args:
        name: key of `NORMALISERS`.
        options: keyword options as written in the mapping.
        field: source field named by errors.
        lunak: instead of rejecting the row give None and the error's code as flag, for
            fields that the event can do without.

    Raises:
        ConfigError: unknown name, unknown option or missing required option; all.
    """
    function = _lookup(name)
    fixed = _prepared(name, dict(options or {}))
    if field is not None:
        fixed["field"] = field
    strict = partial(function, **fixed) if fixed else function

    def lenient(value: object) -> Result[Any]:
        try:
            return strict(value)
        except RowError as error:
            return None, (error.code,)

    def lenient_by_row(value: object, **per_row: Any) -> Result[Any]:
        try:
            return strict(value, **per_row)
        except RowError as error:
            return None, (error.code,)

    if not lunak:
        return strict
    return lenient_by_row if name in PER_ROW else lenient


def _prepared(name: str, options: dict[str, Any]) -> dict[str, Any]:
    known = {option.name: option for option in _options(name)}
    problems = [
        f"normaliser {name}: unknown option {given!r}; "
        f"valid: {', '.join(known) or 'none'}"
        for given in options
        if given not in known
    ]
    problems += [
        f"normaliser {name}: option {option.name!r} ({option.type}) is missing"
        for option in known.values()
        if option.is_required and not option.is_per_row and option.name not in options
    ]
    if problems:
        raise ConfigError(*problems)
    if name == "kode" and not isinstance(options["tabel"], CodeTable):
        options["tabel"] = CodeTable(options["tabel"])
    elif name == "desa_teks" and not isinstance(options["daftar"], VillageIndex):
        options["daftar"] = VillageIndex(options["daftar"])
    elif name == "ya_tidak" and options.get("tabel"):
        table = options["tabel"].items()
        options["tabel"] = {str(word).upper(): bool(yes) for word, yes in table}
    return options
