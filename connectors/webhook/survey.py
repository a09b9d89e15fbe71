"""Looking at a captured body, for an app that is going to post."""

from pathlib import Path
from typing import Any

from bus.connect.push import BodyRefusedError
from bus.connect.survey import FoundColumn, FoundTable
from bus.connect.survey_json import family_of, lists_in, paths_in
from bus.errors import ConfigError
from connectors.webhook.body import parsed, rows_of

WHOLE = "kiriman"
MOST_BYTES = 16 << 20


def surveys(address: str) -> bool:
    """Whether it is a JSON file."""
    return address.lower().endswith(".json") and Path(address).is_file()


class BodySurveyor:
    """Reads one file.

    Args:
        address: file with one body as it was posted.
        name: connector name, for messages and the proposed path.

    Raises:
        ConfigError: no JSON, or too large.
    """

    def __init__(self, address: str, name: str) -> None:
        self._name = name
        self._path = Path(address)
        if self._path.stat().st_size > MOST_BYTES:
            raise ConfigError(f"{address}: larger than {MOST_BYTES >> 20} MB")
        self._data = self._path.read_bytes()
        try:
            self._body: Any = parsed(self._data)
        except BodyRefusedError as error:
            raise ConfigError(f"{address}: {error}") from None

    def names(self) -> list[tuple[str, int | None]]:
        """The whole body as rows, and each list of objects inside it."""
        inside = [(path, len(items)) for path, items in lists_in(self._body) if path]
        whole = len(self._body) if isinstance(self._body, list) else 1
        return [(WHOLE, whole), *inside]

    def look(self, name: str, rows: int) -> FoundTable:
        """The rows of this name, as a post would give them."""
        there = [each for each, _ in self.names()]
        if name not in there:
            told = ", ".join(there)
            raise ConfigError(f"{self._path}: no list {name!r}; there are: {told}")
        path = "" if name == WHOLE else name
        columns = self._columns(path)
        try:
            found = rows_of(self._data, columns, {}, path).rows[:rows]
        except BodyRefusedError as error:
            raise ConfigError(f"{self._path}: {error}") from None
        word = path.rpartition(".")[2] or self._path.stem
        block: dict[str, Any] = {"path": f"/{self._name}/{_plain(word)}"}
        if path:
            block["rows"] = path
        return FoundTable(
            name=_plain(word),
            columns=tuple(
                FoundColumn(each, family=family_of([row[at] for row in found]))
                for at, each in enumerate(columns)
            ),
            rows=found,
            count=len(found),
            block=block,
            notes=("one body was looked at: test the file with others of the app",),
        )

    def close(self) -> None:
        """Nothing is held."""

    def _columns(self, rows: str) -> list[str]:
        """Dotted paths from the body, those of the row's element through `rows`."""
        held = [items for path, items in lists_in(self._body) if path == rows]
        elements = [x for items in held for x in items if isinstance(x, dict)]
        paths = [
            f"{rows}.{each}" if rows else each
            for element in elements
            for each in paths_in(element)
        ]
        if isinstance(self._body, dict):
            lists = {path for path, _ in lists_in(self._body)}
            own = [
                each for each in paths_in(self._body) if each not in lists or not rows
            ]
            paths = [*own, *paths]
        return list(dict.fromkeys(paths))


def _plain(word: str) -> str:
    kept = "".join(c if c.isascii() and c.isalnum() else "-" for c in word.lower())
    return "-".join(part for part in kept.split("-") if part) or WHOLE
