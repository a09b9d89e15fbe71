"""What is wrong with a file, line by line, and what would be right."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from types import UnionType
from typing import TYPE_CHECKING, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from bus.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bus.connect.files.document import Document, Place

Model = TypeVar("Model", bound=BaseModel)
Spec = TypeVar("Spec")
Found = TypeVar("Found")
_TRIES = 6
_PLAIN = {
    "missing": "is missing and has to be given",
    "tuple_type": "has to be a list: [one] or [one, two]",
    "string_pattern_mismatch": "only small letters, digits and `-` ({pattern})",
}
"""Messages in plainer words than the library's."""
_WAITS = "cannot be checked before every ${NAME} is filled in; write the value itself"


class Problems:
    """Collects everything wrong with one file, so that it can be told at once.

    What is missing or wrong is replaced by something made up, so that the rest can be
    looked at too; what is then wrong with the made-up parts is not told.

    Args:
        document: the file.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._lines: dict[str, None] = {}
        self._made_up: set[Place] = set()

    @property
    def lines(self) -> list[str]:
        """`file:line: what`, one for each problem."""
        return list(self._lines)

    def add(self, place: Place, text: str) -> None:
        """Tell a problem, unless it is of something made up."""
        if not any(place[:end] in self._made_up for end in range(len(place) + 1)):
            self._lines[f"{self._document.where(place)}: {text}"] = None

    def refused_or(self, found: Found | None) -> Found:
        """What was understood, if there is no problem.

        Raises:
            ConfigError: all problems.
        """
        if self._lines or found is None:
            raise ConfigError(*self._lines or (f"{self._document.path}: {_WAITS}",))
        return found

    def kind(self, kinds: Mapping[str, Spec]) -> Spec | None:
        """What the file's `kind` stands for; None where it cannot be told."""
        name = self._document.data.get("kind")
        if isinstance(name, str) and name not in kinds:
            valid = ", ".join(sorted(kinds))
            self.add(("kind",), f"unknown kind {name!r}; valid: {valid}")
        return kinds.get(name) if isinstance(name, str) else None

    def block(self, data: Any, above: Place, model: type[Model]) -> Model | None:
        """A block of the file as far as it can be understood; its problems are told.

        Values that still wait for `${NAME}` are not judged.

        Args:
            data: the block.
            above: where in the file it stands.
            model: of the block.

        Returns:
            None where even the rest makes no sense.
        """
        rest = deepcopy(data)
        gone: list[Place] = []
        for _ in range(_TRIES):
            try:
                return model.model_validate(rest)
            except ValidationError as error:
                causes = _causes(error)
                for item in causes:
                    if not _waits(rest, item) and not _follows(item["loc"], gone):
                        place = (*above, *item["loc"])
                        self.add(place, f"{_name(place)}{_text(item, model)}")
                mended = [self._mended(rest, item, above, model) for item in causes]
                if not any(mended):
                    break
                gone += [item["loc"] for item in causes if item["type"] != "missing"]
        return None

    def _mended(
        self, rest: Any, item: Any, above: Place, model: type[BaseModel]
    ) -> bool:
        """Take out what is wrong, or make up what is missing."""
        place: Place = item["loc"]
        if item["type"] != "missing":
            return _left_out(rest, place)
        self._made_up.add((*above, *place))
        return _put(rest, place, _stand_in(_kind_at(model, place)))


def _name(place: Place) -> str:
    return f"{'.'.join(str(part) for part in place)}: " if place else ""


def _text(item: Any, model: type[BaseModel]) -> str:
    if item["type"] == "extra_forbidden":
        valid = ", ".join(valid_keys(model, item["loc"]))
        return "not known here" + (f"; valid: {valid}" if valid else "")
    if plain := _PLAIN.get(item["type"]):
        return plain.format(**item.get("ctx", {}))
    return str(item["msg"]).removeprefix("Value error, ")


def _follows(place: Place, gone: Sequence[Place]) -> bool:
    """Whether it is about something around what was left out before."""
    return any(other[: len(place)] == place for other in gone)


def _waits(data: Any, item: Any) -> bool:
    """Whether a value is wrong only as long as its `${NAME}` is not filled in."""
    data = _inside(data, item["loc"])
    return item["type"] != "extra_forbidden" and isinstance(data, str) and "${" in data


def _inside(data: Any, place: Sequence[int | str]) -> Any:
    """What stands at a place of a block."""
    for part in place:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            continue  # the name of a form, not a key of the file
    return data


def _causes(error: ValidationError) -> list[Any]:
    """Without what only follows from something wrong inside: a list too short then.

    Where a text or a longer form may stand and the longer one is written, only what is
    wrong with that one.
    """
    found = error.errors(include_input=False, include_url=False)
    inner = {item["loc"][:end] for item in found for end in range(len(item["loc"]))}
    deep = {item["loc"][:end] for item in found for end in range(len(item["loc"]) - 1)}
    return [
        item
        for item in found
        if (not item["loc"] or item["loc"] not in inner)
        and not (item["loc"][-1:] == ("str",) and item["loc"][:-1] in deep)
    ]


def valid_keys(model: type[BaseModel], place: Sequence[int | str]) -> list[str]:
    """Keys that may stand where the last part of the place stands."""
    return list(dict.fromkeys(key for m in _at(model, place) for key in m.model_fields))


def _at(model: type[BaseModel], place: Sequence[int | str]) -> list[type[BaseModel]]:
    """Models of which the last part of the place may be a key."""
    models = [model]
    for part in place[:-1]:
        if isinstance(part, int):
            continue
        named = [m for m in models if m.__name__ == part]
        fields = [m.model_fields[part] for m in models if part in m.model_fields]
        models = named or [m for f in fields for m in _models(f.annotation)] or models
    return models


def _models(kind: Any) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for inside in get_args(kind):
        yield from _models(inside)


def _kind_at(model: type[BaseModel], place: Sequence[int | str]) -> Any:
    """Type of a field."""
    for found in _at(model, place):
        if field := found.model_fields.get(str(place[-1])):
            return field.annotation
    return str


def _stand_in(kind: Any) -> Any:
    """Some value of a type, for what is missing."""
    origin, inside = get_origin(kind) or kind, get_args(kind)
    if origin is Literal:
        return inside[0]
    if origin in (Union, UnionType):
        return _stand_in(inside[0])
    if not isinstance(origin, type) or issubclass(origin, str):
        return "xx"
    if issubclass(origin, Mapping | BaseModel):
        return {}
    if issubclass(origin, tuple | list):
        return [_stand_in(inside[0])] if inside else []
    return 1 if issubclass(origin, int | float) else "xx"


def _put(data: Any, place: Sequence[int | str], value: Any) -> bool:
    """Put a value where one is missing; False where its block is not there."""
    *above, last = place
    data = _inside(data, above)
    if not isinstance(data, dict) or last in data:
        return False
    data[last] = value
    return True


def _left_out(data: Any, place: Sequence[int | str]) -> bool:
    """Take the wrong value out; False where there is none.

    One of a list is taken out with its list, if that is not the file's main part.
    """
    if not place:
        return False
    *above, last = place
    whole: tuple[dict[Any, Any], int | str] | None = None
    for depth, part in enumerate(above):
        try:
            inside = data[part]
        except (KeyError, IndexError, TypeError):
            continue
        if depth and isinstance(data, dict):
            whole = data, part
        data = inside
    if isinstance(data, dict) and last in data:
        del data[last]
        return True
    if isinstance(last, int) and whole is not None:
        del whole[0][whole[1]]
        return True
    return False
