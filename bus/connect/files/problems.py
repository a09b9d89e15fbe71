"""What is wrong with a block of a file, line by line, and what would be right."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bus.connect.files.document import Document, Place

Model = TypeVar("Model", bound=BaseModel)
_TRIES = 4
_PLAIN = {
    "missing": "is missing and has to be given",
    "tuple_type": "has to be a list: [one] or [one, two]",
    "string_pattern_mismatch": "only small letters, digits and `-` ({pattern})",
}
"""Messages in plainer words than the library's."""


def problem_lines(
    document: Document,
    error: ValidationError,
    above: Place,
    model: type[BaseModel],
    gone: Sequence[Place] = (),
) -> list[str]:
    """`file:line: key: what`, one for each problem; valid keys for an unknown one.

    Args:
        document: the file.
        error: what pydantic found.
        above: where in the file the block stands.
        model: of the block.
        gone: places in the block that were told and left out before; what is wrong
            around them only follows from that.
    """
    found = []
    for item in _causes(error):
        if any(place[: len(item["loc"])] == item["loc"] for place in gone):
            continue
        place = (*above, *item["loc"])
        name = ".".join(str(part) for part in place)
        text = _PLAIN.get(item["type"], item["msg"]).format(**item.get("ctx", {}))
        if item["type"] == "extra_forbidden":
            valid = ", ".join(valid_keys(model, item["loc"]))
            text = "not known here" + (f"; valid: {valid}" if valid else "")
        found.append(f"{document.where(place)}: {name}: {text}")
    return found


def validated(
    document: Document, data: dict[str, Any], above: Place, model: type[Model]
) -> tuple[Model | None, list[str]]:
    """The block as far as it can be understood, and everything wrong with it.

    Keys that are wrong are left out and the rest is looked at again, so that other
    parts of the file can be checked too.

    Returns:
        None where even the rest makes no sense; no problems if all is well.
    """
    problems: list[str] = []
    gone: list[Place] = []
    rest = deepcopy(data)
    for _ in range(_TRIES):
        try:
            return model.model_validate(rest), problems
        except ValidationError as error:
            problems += problem_lines(document, error, above, model, gone)
            places = [item["loc"] for item in _causes(error)]
            gone += places
            left_out = [_left_out(rest, place) for place in places]  # every one
            if not any(left_out):
                break
    return None, list(dict.fromkeys(problems))


def _causes(error: ValidationError) -> list[Any]:
    """Without what only follows from something wrong inside: a list too short then."""
    found = error.errors(include_input=False, include_url=False)
    inner = {item["loc"][:end] for item in found for end in range(len(item["loc"]))}
    return [item for item in found if not item["loc"] or item["loc"] not in inner]


def valid_keys(model: type[BaseModel], place: Sequence[int | str]) -> list[str]:
    """Keys that may stand where the last part of the place stands."""
    models = [model]
    for part in place[:-1]:
        if isinstance(part, int):
            continue
        named = [m for m in models if m.__name__ == part]
        fields = [m.model_fields[part] for m in models if part in m.model_fields]
        models = named or [m for f in fields for m in _models(f.annotation)] or models
    return list(dict.fromkeys(key for m in models for key in m.model_fields))


def _models(kind: Any) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for inside in get_args(kind):
        yield from _models(inside)


def _left_out(data: Any, place: Sequence[int | str]) -> bool:
    """Take the wrong value out; False where there is none, as for a missing key.

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
            continue  # the name of a form, not a key of the file
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
