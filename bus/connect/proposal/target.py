"""The fields of an event as somewhere a column may go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bus.connect.mapping.avro_type import FieldSpec, FieldType, record_fields
from bus.connect.mapping.target import AUTOMATIC
from bus.connect.proposal.words import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bus.contracts import EventContract

IDENTITY: Mapping[str, str] = {
    "subjek_id": "nik",
    "pemohon": "nik",
    "pelapor": "nik",
    "kepala": "nik",
    "ibu": "nik",
    "ayah": "nik",
    "kk_id": "no_kk",
    "kk_lama": "no_kk",
    "kk_baru": "no_kk",
}
"""Fields that hold a pseudonym → what it is made from."""
_OWN_WORDS: Mapping[str, frozenset[str]] = {
    "subjek_id": frozenset({"nik"}),
    "kk_id": frozenset({"no", "kk"}),
    "no_kk": frozenset({"no", "kk"}),
    "jalan": frozenset({"alamat"}),
    "shdk": frozenset({"kk", "level"}),
    "ibu": frozenset({"nik", "ibu"}),
    "ayah": frozenset({"nik", "ayah"}),
    "jk": frozenset({"jk"}),
}
_ALSO: Mapping[str, tuple[frozenset[str], ...]] = {
    "kk_id": (frozenset({"kk"}),),
    "no_kk": (frozenset({"kk"}),),
    "shdk": (frozenset({"hubungan"}), frozenset({"hubungan", "keluarga"})),
    "kode_desa": (frozenset({"desa"}),),
    "status_dasar": (frozenset({"status"}), frozenset({"status", "hidup"})),
}
"""Other names of a field, as sets of words."""


@dataclass(frozen=True, slots=True)
class Target:
    """A leaf field.

    Attributes:
        path: dotted.
        type: its Avro type.
        required: the row is rejected without it.
        optional_around: a record around it may be null.
        names: sets of words that its column may have, best first.
        around: words of the records around it.
    """

    path: str
    type: FieldType
    required: bool
    optional_around: bool
    names: tuple[frozenset[str], ...]
    around: frozenset[str]

    @property
    def leaf(self) -> str:
        return self.path.rpartition(".")[2]

    @property
    def record(self) -> str:
        """Path of the record it stands in; empty at the top."""
        return self.path.rpartition(".")[0]

    @property
    def wants(self) -> str:
        """`nik` or `no_kk` for a pseudonym or the number itself, else empty."""
        if self.leaf in {"nik", "no_kk"}:
            return self.leaf
        return IDENTITY.get(self.leaf, "") if self.type.kind == "string" else ""


def targets_of(event: EventContract) -> list[Target]:
    """Every field a column may fill, in schema order; lists are left to people."""
    return list(_walk(record_fields(event.schema), "", frozenset(), optional=False))


def _walk(
    fields: tuple[FieldSpec, ...],
    prefix: str,
    around: frozenset[str],
    *,
    optional: bool,
) -> Iterator[Target]:
    for spec in fields:
        if not prefix and spec.name in AUTOMATIC:
            continue
        path, free = f"{prefix}{spec.name}", spec.type.nullable or spec.has_default
        if spec.type.kind == "record":
            inner = around | words(spec.name)
            inside = optional or spec.type.nullable
            yield from _walk(spec.type.fields, f"{path}.", inner, optional=inside)
        elif spec.type.kind not in {"array", "map"}:
            own = _OWN_WORDS.get(spec.name, words(spec.name))
            yield Target(
                path=path,
                type=spec.type,
                required=not free,
                optional_around=optional,
                names=(own, *_ALSO.get(spec.name, ())),
                around=around,
            )
