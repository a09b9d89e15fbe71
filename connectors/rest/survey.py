"""Looking at a REST interface: its lists, their columns, a page of items."""

from typing import Any

from bus.clock import SystemClock
from bus.connect.survey import FoundColumn, FoundTable
from bus.connect.survey_json import family_of, lists_in, paths_in
from bus.errors import ConfigError
from connectors.rest.body import at_path, cell
from connectors.rest.client import GONE, Question, RestClient
from connectors.rest.config import RestConfig

TOP = "daftar"


class RestSurveyor:
    """Asks once, as somebody without a login would, and keeps the answer.

    Args:
        address: of the list; `user:password@` before the host is a basic login.
        name: connector name, for messages.
    """

    def __init__(self, address: str, name: str) -> None:
        self._config = RestConfig(url=address, mode="facts")
        self._name = name
        self._client = RestClient(self._config, name, SystemClock())
        self._body: Any = None

    def names(self) -> list[tuple[str, int | None]]:
        """Paths to lists of objects, with the objects of this page."""
        if self._body is None:
            answer = self._client.ask(Question(self._config.url, ()), {})
            if answer.status in GONE:
                place = f"{self._name}: {self._config.place}"
                raise ConfigError(f"{place}: HTTP {answer.status}; check the address")
            self._body = answer.body
        found = lists_in(self._body)
        return [(path or TOP, len(items)) for path, items in found]

    def look(self, name: str, rows: int) -> FoundTable:
        """One list with its first page."""
        there = dict(self.names())
        if name not in there:
            told = ", ".join(there) or "none"
            raise ConfigError(f"{self._name}: no list {name!r}; there are: {told}")
        path = "" if name == TOP else name
        items = [x for x in at_path(self._body, path) if isinstance(x, dict)][:rows]
        paths = dict.fromkeys(each for item in items for each in paths_in(item))
        sample = [tuple(cell(at_path(item, each)) for each in paths) for item in items]
        block = {"url": "", "items": path} if path else {"url": ""}
        return FoundTable(
            name=name.rpartition(".")[2],
            columns=tuple(
                FoundColumn(each, family=family_of([row[at] for row in sample]))
                for at, each in enumerate(paths)
            ),
            rows=sample,
            block=block,
            notes=("one answer was looked at: say with `page:` how the list goes on",),
        )

    def close(self) -> None:
        self._client.close()
