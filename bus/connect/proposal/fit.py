"""Which event a table tells of, and which column goes to which field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bus.connect.proposal.target import Target, targets_of
from bus.connect.proposal.words import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bus.connect.proposal.nature import Nature
    from bus.contracts import Catalog, EventContract

LEAST = 0.55
"""Score under which a column and a field have nothing to do with each other."""
_KINDS: Mapping[str, frozenset[str]] = {
    "date": frozenset({"tanggal", "waktu"}),
    "timestamp": frozenset({"waktu", "tanggal"}),
    "decimal": frozenset({"uang", "bilangan"}),
    "int": frozenset({"bilangan", "kode", "uang"}),
    "long": frozenset({"bilangan", "kode", "uang"}),
    "double": frozenset({"bilangan", "uang", "teks"}),
    "boolean": frozenset({"ya_tidak", "kode", "bilangan"}),
    "enum": frozenset({"kode", "jenis_kelamin", "teks", "bilangan", "ya_tidak"}),
}
"""Natures that a field of this type can be read from; texts take nearly anything."""
_MEANS: Mapping[str, str] = {
    "aduan": "laporan diterima",
    "antrian": "kunjungan",
    "biodata": "penduduk",
    "bl": "pagu",
    "cctv": "kamera",
    "dpa": "pagu",
    "ijin": "izin",
    "keluhan": "laporan diterima",
    "lapor": "laporan diterima",
    "pbb": "tagihan",
    "pengaduan": "laporan diterima",
    "perizinan": "izin",
    "renja": "rencana",
    "rka": "pagu",
    "rkpd": "rencana",
    "rojak": "patroli",
    "skrd": "tagihan",
    "sp2d": "realisasi",
    "sppt": "tagihan",
    "transaksi": "tagihan",
}
"""What apps and tables of these names tell of."""
_DONE = frozenset({"ajuan", "diterima", "terbit", "dicatat", "dilaporkan"})
"""What happened to something: says less than what it happened to."""
_NARROW = 4
"""Fields of an event that nearly every table could fill: it has to be named."""
_ONLY_NAMED = frozenset({"dibatalkan", "rahasia"})
"""Events that undo or complete another: never a first guess."""
_FEW = 5
"""Columns that fit from which on an event is no chance hit."""
_DECIDED = "aturan_versi"
"""A field only events have that the bus itself decides; no app tells them."""
_PERSONAL = frozenset({"nik", "no_kk"})
_RELATIVES = frozenset({"ibu", "ayah", "pelapor", "kepala"})
_PLAIN_NAMES = frozenset({"orang", "desa", "domisili", "alamat"})


@dataclass(frozen=True, slots=True)
class Pick:
    """A column for a field, and how well it fits (0 to about 1.5)."""

    target: Target
    nature: Nature
    score: float


@dataclass(frozen=True, slots=True)
class Fit:
    """One event type laid over a table.

    Attributes:
        event: the event type.
        picks: field path → column.
        missing: required fields no column was found for.
        score: how much of the event the table fills; comparable between events.
        doubt: why it may be another event; empty where nothing speaks against it.
    """

    event: EventContract
    picks: Mapping[str, Pick]
    missing: tuple[Target, ...]
    score: float
    doubt: str = ""


def fits(name: str, natures: Sequence[Nature], catalog: Catalog) -> list[Fit]:
    """Every event type of the catalogue that other apps may get, best first.

    Args:
        name: of the app and table: `kematian` speaks for a death.
        natures: the table's columns.
        catalog: contracts.
    """
    said = said_by(name)
    found = [fit(event, natures, said) for event in _offered(catalog)]
    return sorted(found, key=lambda one: -one.score)


def said_by(name: str) -> frozenset[str]:
    """The words of an app's and table's names, with what they mean."""
    said = words(name)
    return said.union(*(_MEANS[word].split() for word in said if word in _MEANS))


def _offered(catalog: Catalog) -> Iterator[EventContract]:
    for contract in catalog.contracts:
        if not contract.internal and not contract.ref.startswith("platform."):
            for name in contract.events:
                event = catalog.event(name)
                if not any(field.path == _DECIDED for field in event.fields):
                    yield event


def fit(
    event: EventContract, natures: Sequence[Nature], said: frozenset[str] = frozenset()
) -> Fit:
    """One event type over the columns, each column used for its best field."""
    targets = targets_of(event)
    picks = _assigned(targets, natures)
    _share_identities(targets, natures, picks)
    missing = tuple(
        target
        for target in targets
        if target.path not in picks and _is_needed(target, picks)
    )
    told = words(event.type.removesuffix("Dimutakhirkan"))
    named = sum(0.5 if word in _DONE else 1.0 for word in said & told)
    weight = sum(min(pick.score, 1.0) for pick in picks.values()) / (len(targets) + 3)
    cost = sum(_cost(target) for target in missing)
    used = len({pick.nature.name for pick in picks.values()})
    share = used / max(1, len(natures))
    easy = not named and (len(targets) <= _NARROW or bool(told & _ONLY_NAMED))
    score = weight + 0.5 * share + 0.4 * named - 0.15 * cost - 0.3 * easy
    doubt = ""
    if not named and (used <= 1 or (used < _FEW and used * 3 < len(natures))):
        doubt = (
            f"only {used} of {len(natures)} columns fit this event: choose another "
            "with --event, or agree on a new contract with the owner of the data first "
            "(schemas/)"
        )
    return Fit(event, picks, missing, score, doubt)


def _is_needed(target: Target, picks: Mapping[str, Pick]) -> bool:
    if not target.required:
        return False
    record = target.record + "."
    used = any(path.startswith(record) for path in picks)
    return not target.optional_around or used


def _cost(target: Target) -> float:
    """What cannot be made up weighs more: persons, dates, money."""
    if target.wants:
        return 2.0
    if target.leaf.endswith("_id"):
        return 0.0  # made of the row's key
    return 0.3 if target.type.kind == "enum" else 1.0


def _assigned(targets: Sequence[Target], natures: Sequence[Nature]) -> dict[str, Pick]:
    rivals = frozenset((t.leaf, word) for t in targets for word in t.around)
    pairs = [
        Pick(target, nature, score)
        for target in targets
        for nature in natures
        if (score := _score(target, nature, rivals)) >= LEAST
    ]
    pairs.sort(key=lambda pick: -pick.score)
    picks: dict[str, Pick] = {}
    used: set[tuple[str, str]] = set()
    for pick in pairs:
        column = (pick.nature.name, pick.target.wants and pick.target.leaf)
        if pick.target.path not in picks and column not in used:
            picks[pick.target.path] = pick
            used.add(column)
    return picks


def _share_identities(
    targets: Sequence[Target], natures: Sequence[Nature], picks: dict[str, Pick]
) -> None:
    """`subjek_id` comes from the column of the `nik` beside it, `kk_id` of `no_kk`."""
    for target in targets:
        beside = {"subjek_id": "nik", "kk_id": "no_kk"}.get(target.leaf)
        prefix = target.record + "." if target.record else ""
        found = picks.get(f"{prefix}{beside}") if beside else None
        if found is not None:
            picks[target.path] = Pick(target, found.nature, found.score)
    _take_the_only_money(targets, natures, picks)
    only = {kind: [n for n in natures if n.kind == kind] for kind in _PERSONAL}
    for target in targets:
        choices = only.get(target.wants, [])
        if target.required and target.path not in picks and len(choices) == 1:
            picks[target.path] = Pick(target, choices[0], LEAST)


def _take_the_only_money(
    targets: Sequence[Target], natures: Sequence[Nature], picks: dict[str, Pick]
) -> None:
    """One amount is needed and one is there: a made-up one would be worse."""
    money = [nature for nature in natures if nature.kind == "uang"]
    needed = [t for t in targets if t.required and t.type.kind == "decimal"]
    taken = {pick.nature.name for pick in picks.values()}
    if len(money) == len(needed) == 1 and money[0].name not in taken:
        picks.setdefault(needed[0].path, Pick(needed[0], money[0], LEAST))


def _score(target: Target, nature: Nature, rivals: frozenset[tuple[str, str]]) -> float:
    if not _can_hold(target, nature) or not _is_meant(target, nature):
        return 0.0
    best = max(
        _named(nature.words, names, target.around)
        - 0.05 * place
        - 0.6 * bool(place and nature.words - names - target.around)
        for place, names in enumerate(target.names)
    )
    strange = {word for word in nature.words if (target.leaf, word) in rivals}
    strange -= target.around | _PLAIN_NAMES | frozenset[str]().union(*target.names)
    context = 0.3 * bool(nature.words & target.around)
    missed = 0.25 * bool(target.around - _PLAIN_NAMES and not context)
    natural = 0.15 * (nature.kind in _KINDS.get(target.type.kind, ()))
    natural += 0.2 * (target.leaf == nature.kind == "nama")
    natural += 0.3 * bool(target.wants and target.wants == nature.kind)
    return best + context + natural - 0.6 * bool(strange) - missed


def _is_meant(target: Target, nature: Nature) -> bool:
    """A relative's number is only read from a column that names the relative."""
    relative = target.wants and target.leaf in _RELATIVES
    return not relative or bool(words(target.leaf) & nature.words)


def _named(
    column: frozenset[str], names: frozenset[str], around: Iterable[str]
) -> float:
    shared = len(column & names)
    extra = len(column - names - set(around))
    return shared / len(names) - 0.12 * extra


def _can_hold(target: Target, nature: Nature) -> bool:
    if nature.kind == "kosong":
        return target.type.kind in {"string", "enum"} and not target.wants
    if target.wants or nature.kind in _PERSONAL:
        return nature.kind == target.wants
    if target.type.kind in _KINDS:
        return nature.kind in _KINDS[target.type.kind]
    return _text_can_hold(target, nature)


def _text_can_hold(target: Target, nature: Nature) -> bool:
    if target.leaf in {"rt", "rw"}:
        return nature.kind in {"rt_rw", "teks", "bilangan", "kode"}
    if target.leaf in {"kode_desa", "kode_kel"}:
        return nature.kind in {"wilayah", "desa_teks"}
    if nature.kind in {"tanggal", "waktu", "hapus"}:
        return False
    return nature.kind != "nama" or "nama" in frozenset[str]().union(*target.names)
