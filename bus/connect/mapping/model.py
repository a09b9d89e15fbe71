"""The `pemetaan` blocks of a connector file as written."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from bus.config.tenant import Frozen

RULE_KEYS = frozenset(
    {"dari", "aturan", "opsi", "bawaan", "tabel", "wajib"}
    | {"tetap", "gabung", "pisah", "cadangan", "rusak", "hitung", "fungsi"}
)


def _texts(value: Any) -> Any:
    """One value or a list of them, as texts."""
    items = value if isinstance(value, list | tuple) else [value]
    return tuple("" if item is None else _text(item) for item in items)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)


Texts = Annotated[tuple[str, ...], BeforeValidator(_texts)]
Table = dict[str, Any]


class Condition(Frozen):
    """A comparison of one column: exactly one of the four tests.

    Attributes:
        kolom: source column; compared as text, spaces and case ignored.
        adalah: true if the value is one of these.
        bukan: true if it is none of these.
        terisi: true if it is filled (or empty, with `false`).
        terhapus: true if its mark says deleted: `Y`, 1, a user's id, a date (Q10).
        aktif: for `terhapus`: the column says *active*, so its yes is not deleted.
    """

    kolom: str
    adalah: Texts | None = None
    bukan: Texts | None = None
    terisi: bool | None = None
    terhapus: bool | None = None
    aktif: bool = False

    @model_validator(mode="after")
    def _one_test(self) -> "Condition":
        given = (self.adalah, self.bukan, self.terisi, self.terhapus)
        if sum(test is not None for test in given) != 1:
            raise ValueError("give exactly one of: adalah, bukan, terisi, terhapus")
        return self


def _conditions(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else (value,)


Conditions = Annotated[tuple[Condition, ...], BeforeValidator(_conditions)]


class Fallback(Frozen):
    """A column tried where `dari` gives nothing.

    Attributes:
        kolom: source column.
        sebagai: for `subjek`: what stands in it, `no_kk` or `nik_ibu`; without it the
            column's name has to say so.
    """

    kolom: str
    sebagai: Literal["no_kk", "nik_ibu"] | None = None

    @property
    def anchor(self) -> str | None:
        """`no_kk` or `nik_ibu`; None if it is not said."""
        name = self.kolom.lower()
        if self.sebagai is None and "kk" in name:
            return "no_kk"
        return self.sebagai or ("nik_ibu" if "ibu" in name else None)


def _fallbacks(value: Any) -> Any:
    """One column or a list of them, by name or in the long form."""
    if value is None:
        return ()
    items = value if isinstance(value, list | tuple) else [value]
    return tuple(x if isinstance(x, dict | Fallback) else _text(x) for x in items)


Fallbacks = Annotated[tuple[str | Fallback, ...], BeforeValidator(_fallbacks)]


class Rule(Frozen):
    """How one target field gets its value.

    Attributes:
        dari: source column, or several for rules that take several or with `gabung`.
        aturan: normaliser; by default the one of the field's type.
        opsi: options of the normaliser.
        bawaan: value when the source is empty.
        tabel: code table, by name or written here; an unknown code rejects the row.
        wajib: empty rejects the row, although the contract allows null.
        tetap: this constant, nothing is read.
        gabung: join the columns of `dari` with this text.
        pisah: split the text at this into a list.
        cadangan: for `subjek`: columns with the No KK or the mother's NIK, tried in
            this order where a person has no NIK; a name with neither `kk` nor `ibu`
            in it needs the long form; for others: columns tried when empty.
        rusak: what a value that cannot be used does: `tolak` rejects the row,
            `kosong` leaves the field empty and flags it.
        hitung: expression over the columns of `dari`; what it gives goes to the rule.
        fungsi: Python function `module:name` of the columns of `dari`, where an
            expression is not enough.
    """

    dari: Texts = ()
    aturan: str = ""
    opsi: dict[str, Any] = Field(default_factory=dict)
    bawaan: Any = None
    tabel: str | Table | None = None
    wajib: bool = False
    tetap: Any = None
    gabung: str | None = None
    pisah: str | None = None
    cadangan: Fallbacks = ()
    rusak: Literal["tolak", "kosong"] = "tolak"
    hitung: str | None = None
    fungsi: str | None = None

    @property
    def fallbacks(self) -> tuple[Fallback, ...]:
        """`cadangan` in the long form."""
        return tuple(
            Fallback(kolom=x) if isinstance(x, str) else x for x in self.cadangan
        )

    @model_validator(mode="after")
    def _some_origin(self) -> "Rule":
        if not self.dari and self.tetap is None:
            raise ValueError("give `dari` (a source column) or `tetap` (a constant)")
        if self.dari and self.tetap is not None:
            raise ValueError("give `dari` or `tetap`, not both")
        if self.hitung is not None and self.fungsi is not None:
            raise ValueError("give `hitung` or `fungsi`, not both")
        return self


class Choice(Frozen):
    """The event type by the value of a column.

    Attributes:
        kolom: source column.
        pilih: value → event type.
        lewati: values whose rows make no event; `""` for empty cells, which are
            rejected otherwise.
    """

    kolom: str
    pilih: dict[str, str] = Field(min_length=1)
    lewati: Texts = ()


class RefPart(Frozen):
    """A column of the source reference that is personal and gets hashed.

    Attributes:
        kolom: source column.
        samar: how: `subjek` for a NIK, `keluarga` for a No KK, `acak` for other texts.
    """

    kolom: str
    samar: Literal["subjek", "keluarga", "acak"]


class Time(Frozen):
    """A source column that holds a time."""

    dari: Texts
    aturan: str = ""
    opsi: dict[str, Any] = Field(default_factory=dict)


class Mapping(Frozen):
    """One event made of a row.

    Attributes:
        peristiwa: event type, fixed or chosen by a column.
        kontrak: contract it goes to; default is the owner of the event type.
        kunci: target fields that make the record key, joined by `|`.
        bila: make the event only for rows where all of these hold.
        hapus: rows where all of these hold are withdrawn (soft delete): DIBATALKAN.
        dikoreksi: rows where all of these hold correct an earlier one.
        dicatat: when the source recorded it; becomes `dicatat_pada` and `ce_time`.
        terjadi: when it happened; `ce_time` if the source keeps no recording time.
        kolom: target field ← rule, or nested fields, or `daftar` of them.
    """

    peristiwa: str | Choice
    kontrak: str = ""
    kunci: Texts
    bila: Conditions = ()
    hapus: Conditions = ()
    dikoreksi: Conditions = ()
    dicatat: str | Time | None = None
    terjadi: str | Time | None = None
    kolom: dict[str, Any]

    @property
    def event_types(self) -> tuple[str, ...]:
        """Every event type it can make."""
        if isinstance(self.peristiwa, str):
            return (self.peristiwa,)
        return tuple(dict.fromkeys(self.peristiwa.pilih.values()))
