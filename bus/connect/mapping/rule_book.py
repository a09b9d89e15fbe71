"""All rules a mapping may name: the normalisers, and those that make identities."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from bus.errors import ConfigError, RowError
from bus.normalise import NORMALISERS, bind, describe
from bus.normalise.regions import wilayah_dari
from bus.normalise.result import text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bus.connect.mapping.support import RuleFunction

SUBJECT, FAMILY = "subjek", "keluarga"
IDENTITY_RULES = frozenset({SUBJECT, FAMILY})
UNCACHED = frozenset(
    {
        *("nik", "no_kk", "nama", "tanggal", "waktu", "wilayah", "teks"),
        *("teks_samar", "jenis_kelamin"),
    }
)
"""Rules whose values hardly repeat, or that remember by themselves."""

OF_TYPE: Mapping[str, str] = {
    "string": "teks",
    "enum": "teks",
    "int": "bilangan",
    "long": "bilangan",
    "boolean": "ya_tidak",
    "date": "tanggal",
    "timestamp": "waktu",
    "decimal": "uang",
}
PERSONAL_RULES: Mapping[str, str] = {
    "nik": "subjek",
    "subjek": "subjek",
    "no_kk": "keluarga",
    "keluarga": "keluarga",
    "nama": "acak",
    "telepon": "acak",
}
_REMEMBERED = 1 << 12


class Identities(Protocol):
    """Pseudonyms of persons and families (`bus.privacy.subject.SubjectIds`)."""

    @property
    def subject(self) -> Callable[[str], str]:
        """NIK → subjek_id."""
        ...

    @property
    def family(self) -> Callable[[str], str]:
        """No KK → kk_id."""
        ...

    def without_nik(
        self,
        anchor: str | None,
        name: str | None,
        birth_days: int | None,
        sex: str | None,
    ) -> str:
        """The key of a person who has no NIK."""
        ...


class RuleBook:
    """Looks up rules by name and makes the callables generated code uses.

    Args:
        ids: pseudonyms.
        defaults: options given to each rule that takes them and is not told
            otherwise: the tenant's time zone, its villages.
    """

    def __init__(
        self, ids: Identities, defaults: Mapping[str, Any] | None = None
    ) -> None:
        self._ids = ids
        self._defaults = dict(defaults or {})
        self._made: dict[str, RuleFunction] = {}
        self._options = {
            found.name: {option.name: option for option in found.options}
            for found in describe()
        }

    @property
    def names(self) -> list[str]:
        """Every rule name, sorted."""
        return sorted({*NORMALISERS, *IDENTITY_RULES})

    def __contains__(self, name: str) -> bool:
        return name in NORMALISERS or name in IDENTITY_RULES

    def base(self, name: str) -> str:
        """The normaliser behind a rule name: `nik` behind `subjek`."""
        return {SUBJECT: "nik", FAMILY: "no_kk"}.get(name, name)

    def per_row(self, name: str) -> frozenset[str]:
        """Options of a normaliser that may come from another column."""
        options = self._options.get(name, {})
        return frozenset(key for key, found in options.items() if found.is_per_row)

    def problems(self, name: str, options: Mapping[str, Any]) -> list[str]:
        """What is wrong with the fixed options of a normaliser."""
        try:
            bind(name, self._with_defaults(name, options))
        except ConfigError as error:
            return list(error.problems)
        except (TypeError, ValueError) as error:
            return [f"normaliser {name}: {error}"]
        return []

    def function(
        self, name: str, options: Mapping[str, Any], *, soft: bool = False
    ) -> RuleFunction:
        """The callable of a normaliser with its fixed options.

        Args:
            name: name of a normaliser.
            options: fixed options.
            soft: a value that cannot be used becomes empty with a flag.
        """
        place = f"{name} {sorted(options.items())!r} {soft}"
        if place not in self._made:
            self._made[place] = self._bound(name, options, soft=soft)
        return self._made[place]

    def _bound(
        self, name: str, options: Mapping[str, Any], *, soft: bool
    ) -> RuleFunction:
        chosen = self._with_defaults(name, options)
        if name in UNCACHED:
            plain = NORMALISERS[name]
            return bind(name, chosen, lunak=soft) if chosen or soft else plain
        return _remembering(bind(name, chosen, lunak=soft))

    def _with_defaults(self, name: str, options: Mapping[str, Any]) -> dict[str, Any]:
        known = self._options.get(name, {})
        given = {key: v for key, v in self._defaults.items() if key in known}
        return {**given, **options}

    def region_of_parts(self, options: Mapping[str, Any]) -> RuleFunction:
        """`wilayah` over several columns, the larger region first (Q15)."""
        fixed = dict(options)

        @lru_cache(maxsize=_REMEMBERED)
        def of_texts(*parts: str) -> Any:
            return wilayah_dari(*parts, **fixed)

        return lambda parts: of_texts(*map(text_of, parts))

    def subject_id(self) -> Callable[[str], str]:
        """NIK → subjek_id."""
        return self._ids.subject

    def family_id(self) -> Callable[[str], str]:
        """No KK → kk_id."""
        return self._ids.family

    def without_nik(self) -> Callable[..., str]:
        """Mother's NIK or No KK, name, birth date and sex → subjek_id."""

        def derive(anchor: Any, name: Any, birth: Any, sex: Any) -> str:
            if not (anchor and name and birth is not None):
                raise RowError(
                    "IDENTITAS_KURANG",
                    "orang ini tidak punya NIK, dan NIK ibu atau No KK, nama atau "
                    "tanggal lahirnya juga tidak ada. Lengkapi salah satu.",
                )
            return self._ids.without_nik(anchor, name, birth, sex)

        return derive

    def blur(self, how: str) -> Callable[[Any], str]:
        """A function that hides a personal part of a source reference; never fails.

        Args:
            how: `subjek`, `keluarga` or `acak`.
        """
        normalise = NORMALISERS.get({"subjek": "nik", "keluarga": "no_kk"}.get(how, ""))
        derive = self._ids.subject if how == "subjek" else self._ids.family

        def blurred(value: Any) -> str:
            text = text_of(value)
            if not text:
                return ""
            if normalise is not None:
                try:
                    if found := normalise(value)[0]:
                        return derive(found)
                except RowError:
                    pass
            return self._ids.without_nik("ref|" + text, None, None, None)

        return blurred


def _remembering(plain: Callable[..., Any]) -> RuleFunction:
    cached = lru_cache(maxsize=_REMEMBERED, typed=True)(plain)

    def rule(*values: Any, **per_row: Any) -> Any:
        try:
            return cached(*values, **per_row)
        except TypeError:  # a value that cannot be a key, such as a list
            return plain(*values, **per_row)

    return rule
