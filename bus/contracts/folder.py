"""Reading a schema folder: which files there are and what they hold as data.

Layout: `<domain>/<entity>/contract.yaml`, `v<major>/<Event>.avsc`, optionally
`v<major>/history/<Event>.<n>.avsc` (earlier versions, n = 1, 2, …) and
`examples.json` (`{event type: [{key, value}]}`, values as in
`bus.contracts.json_value`); shared types in `types/*.avsc`; `reference/` is not read
here.
An entity with topics of two kinds has one folder per kind,
`<domain>/<entity>/<kind>/contract.yaml`.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from typing import Any

import yaml
from pydantic import ValidationError

from bus.config.load import problems_of
from bus.config.yaml_loader import SafeLoader
from bus.contracts.contract import Schema
from bus.contracts.definition import Definition

_SKIPPED = frozenset({"types", "reference", "__pycache__"})


@dataclass(slots=True)
class ContractFolder:
    """One folder with a `contract.yaml`, read but not yet checked as a whole."""

    parts: tuple[str, ...]
    definition: Definition
    schemas: dict[str, Schema] = field(default_factory=dict)
    earlier: dict[str, dict[int, Schema]] = field(default_factory=dict)
    examples: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def where(self) -> str:
        return "/".join(self.parts)


class FolderReader:
    """Reads everything below a root; what cannot be read stands in `problems`."""

    def __init__(self, root: Traversable) -> None:
        self.problems: list[str] = []
        self._root = root

    def types(self) -> dict[str, Schema]:
        """Shared types by full name."""
        found: dict[str, Schema] = {}
        folder = self._root / "types"
        if not folder.is_dir():
            return found
        for file in sorted(folder.iterdir(), key=lambda item: item.name):
            if not file.name.endswith(".avsc"):
                continue
            where = f"types/{file.name}"
            schema = self._schema(file, where, file.name.removesuffix(".avsc"))
            if schema is not None:
                found[f"{schema['namespace']}.{schema['name']}"] = schema
        return found

    def contracts(self) -> list[ContractFolder]:
        """Every contract folder with its schemas and examples."""
        files = dict(_walk(self._root, ()))
        folders: dict[tuple[str, ...], ContractFolder] = {}
        broken: set[tuple[str, ...]] = set()
        for parts, file in files.items():
            if parts[-1] == "contract.yaml":
                made = self._definition(parts, file)
                if made is None:
                    broken.add(parts[:-1])
                else:
                    folders[parts[:-1]] = made
        for parts, file in files.items():
            owner = _owner(parts)
            if owner in broken or parts[-1] == "contract.yaml":
                continue
            self._attach(folders.get(owner), parts, file)
        return list(folders.values())

    def _attach(
        self, folder: ContractFolder | None, parts: tuple[str, ...], file: Traversable
    ) -> None:
        where = "/".join(parts)
        if parts[-1].endswith(".avsc"):
            if folder is None:
                self.problems.append(
                    f"{where}: no contract.yaml beside the folder v<major>; "
                    "a schema without a contract does not load"
                )
                return
            self._avsc(folder, parts, file)
        elif parts[-1] == "examples.json" and folder is not None:
            data = self._json(file, where)
            if isinstance(data, dict):
                folder.examples = data
            elif data is not None:
                self.problems.append(f"{where}: expected an object by event type")

    def _avsc(
        self, folder: ContractFolder, parts: tuple[str, ...], file: Traversable
    ) -> None:
        where = "/".join(parts)
        expected = f"v{folder.definition.version}"
        inside = parts[len(folder.parts) :]
        stem = inside[-1].removesuffix(".avsc")
        if inside[0] != expected:
            self.problems.append(
                f"{where}: contract.yaml says version {folder.definition.version}, "
                f"so schemas stand in {expected}/"
            )
        elif len(inside) == 2:  # noqa: PLR2004 - v1/<Event>.avsc
            schema = self._schema(file, where, stem)
            if schema is not None:
                folder.schemas[stem] = schema
        else:
            self._history(folder, inside, file, where)

    def _history(
        self,
        folder: ContractFolder,
        inside: tuple[str, ...],
        file: Traversable,
        where: str,
    ) -> None:
        name, _, number = inside[-1].removesuffix(".avsc").rpartition(".")
        if inside[1:-1] != ("history",) or not number.isdigit():
            self.problems.append(
                f"{where}: earlier versions are history/<Event>.<number>.avsc"
            )
            return
        schema = self._schema(file, where, name)
        if schema is not None:
            folder.earlier.setdefault(name, {})[int(number)] = schema

    def _definition(
        self, parts: tuple[str, ...], file: Traversable
    ) -> ContractFolder | None:
        where = "/".join(parts)
        try:
            data = yaml.load(file.read_text("utf-8"), SafeLoader)  # noqa: S506 - safe
            return ContractFolder(parts[:-1], Definition.model_validate(data))
        except ValidationError as error:
            self.problems.extend(problems_of(error, where))
        except yaml.YAMLError as error:
            self.problems.append(f"{where}: not valid YAML: {error}")
        return None

    def _schema(self, file: Traversable, where: str, name: str) -> Schema | None:
        data = self._json(file, where)
        if data is None:
            return None
        if not isinstance(data, dict) or data.get("name") != name:
            self.problems.append(
                f"{where}: expected one named type called {name}, like the file"
            )
            return None
        if not data.get("namespace"):
            self.problems.append(
                f"{where}: no namespace; expected id.go.pemda.<domain>"
            )
            return None
        return data

    def _json(self, file: Traversable, where: str) -> Any:
        try:
            return json.loads(file.read_text("utf-8"))
        except ValueError as error:
            self.problems.append(f"{where}: not valid JSON: {error}")
            return None


def _walk(
    folder: Traversable, parts: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Traversable]]:
    for item in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if item.name in _SKIPPED or item.name.startswith("."):
            continue
        here = (*parts, item.name)
        if item.is_dir():
            yield from _walk(item, here)
        else:
            yield here, item


def _owner(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The folder whose contract this file belongs to."""
    for index, part in enumerate(parts[:-1]):
        if part[:1] == "v" and part[1:].isdigit():
            return parts[:index]
    return parts[:-1]
