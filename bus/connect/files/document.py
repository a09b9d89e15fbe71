"""YAML as people mean it: with line numbers, `extends`, and no surprising values.

Keys are always text. `01`, `12:30`, `2026-03-02`, `Y`, `no` and `on` stay text; only
plain numbers, `true`, `false`, `null` and empty become something else. So a code
table says what it looks like.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from bus.config.load import variable
from bus.config.yaml_loader import SafeLoader
from bus.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Place = tuple[str | int, ...]
_INTEGER = re.compile(r"-?(0|[1-9]\d{0,17})")
_DECIMAL = re.compile(r"-?(0|[1-9]\d*)\.\d+")
_VARIABLE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)(?::-([^}]*))?\}")
_WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "true": True}
_WORDS["false"] = False


@dataclass(frozen=True, slots=True)
class Document:
    """One configuration file, what it extends merged in.

    Attributes:
        path: the file.
        data: its content.
        lines: path of keys → `file:line` where it stands.
    """

    path: Path
    data: dict[str, Any]
    lines: dict[Place, str] = field(default_factory=dict)

    def where(self, place: Place) -> str:
        """`file:line` of a key, or of the nearest above it that stands in a file."""
        for end in range(len(place), -1, -1):
            if found := self.lines.get(place[:end]):
                return found
        return str(self.path)


def read_document(path: Path) -> Document:
    """The file and all it extends.

    Raises:
        ConfigError: missing, not YAML, not a mapping, a key twice, or a circle.
    """
    return _read(path, ())


def _read(path: Path, below: tuple[Path, ...]) -> Document:
    if path.resolve() in below:
        raise ConfigError(f"{path}: extends itself, directly or through others")
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), SafeLoader)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: not UTF-8 text; save it as UTF-8") from None
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: not valid YAML: {error}") from None
    if not isinstance(node, yaml.MappingNode):
        raise ConfigError(f"{path}: expected `key: value` lines")
    reader = _Reader(path)
    data = reader.build(node, ())
    if reader.problems:
        raise ConfigError(*reader.problems)
    parent = data.pop("extends", None)
    if parent is None:
        return Document(path, data, reader.lines)
    base = _read(path.parent / str(parent), (*below, path.resolve()))
    return Document(path, _merge(base.data, data), {**base.lines, **reader.lines})


def _merge(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Mappings join key by key; anything else replaces what was there."""
    merged = dict(base)
    for key, value in over.items():
        old = merged.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            merged[key] = _merge(old, value)
        else:
            merged[key] = value
    return merged


class _Reader:
    """Builds values out of nodes and remembers where each stood."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: dict[Place, str] = {}
        self.problems: list[str] = []

    def build(self, node: yaml.Node, place: Place) -> Any:
        self.lines[place] = f"{self.path}:{node.start_mark.line + 1}"
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(x, (*place, i)) for i, x in enumerate(node.value)]
        return _scalar(node)

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key, line = str(key_node.value), key_node.start_mark.line + 1
            if key in found:
                self.problems.append(f"{self.path}:{line}: `{key}` stands here twice")
            found[key] = self.build(value_node, (*place, key))
            self.lines[(*place, key)] = f"{self.path}:{line}"
        taken_over = found.pop("<<", None)
        if isinstance(taken_over, dict):
            return {**taken_over, **found}
        return found


def _scalar(node: yaml.Node) -> Any:
    text = str(node.value)
    if getattr(node, "style", None):  # quotes or a block sign; a plain one has none
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return text


def expand(
    value: Any, where: str, lookup: Callable[[str], str | None] = variable
) -> Any:
    """`${NAME}` and `${NAME:-default}` in all texts replaced by the environment's.

    Raises:
        ConfigError: variables that are not set and have no default, all of them.
    """
    missing: dict[str, None] = {}

    def one(match: re.Match[str]) -> str:
        found = lookup(match[1])
        if found is None and match[2] is None:
            missing[match[1]] = None
        return found or match[2] or ""

    expanded = _replaced(value, one)
    if missing:
        raise ConfigError(
            *(
                f"{where}: the variable {name} is not set; set it in the environment"
                for name in missing
            )
        )
    return expanded


def _replaced(item: Any, one: Callable[[re.Match[str]], str]) -> Any:
    if isinstance(item, str):
        return _VARIABLE.sub(one, item)
    if isinstance(item, dict):
        return {key: _replaced(part, one) for key, part in item.items()}
    if isinstance(item, list):
        return [_replaced(part, one) for part in item]
    return item
