"""The connector files of one process, as they are now."""

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

from bus.connect.files.connector import Connector, load_connector
from bus.connect.files.sink_file import SinkDocument, read_sink
from bus.connect.files.watch import FileWatch, Look
from bus.connect.mapping.rule_book import RuleBook
from bus.contracts import Catalog
from bus.errors import ConfigError
from ops.cli.connector_file import is_sink
from ops.wiring import SINKS, SOURCES

log = logging.getLogger(__name__)

Read = Connector | SinkDocument
READ, PUSHED, AGENTS = "read", "pushed", "agents"
"""How the rows of a source come to the bus."""


class Files:
    """Loads files, and loads again the ones that change.

    Args:
        paths: files, and folders of files.
        catalog: contracts.
        rules: rules of mappings.
        which: READ sources, and sinks; PUSHED ones, whose apps post; or those of
            AGENTS.

    Attributes:
        sources: name → connector and fingerprint of its file.
        sinks: name → sink file and its fingerprint.
        problems: path → why its present content is not used.
        elsewhere: names of connectors that another verb runs.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        catalog: Catalog,
        rules: RuleBook,
        *,
        which: str = READ,
    ) -> None:
        self.sources: dict[str, tuple[Connector, bytes]] = {}
        self.sinks: dict[str, tuple[SinkDocument, bytes]] = {}
        self.problems: dict[Path, str] = {}
        self.elsewhere: list[str] = []
        self._which = which
        self._paths = tuple(paths)
        self._watch = FileWatch(paths)
        self._catalog = catalog
        self._rules = rules
        self._read: dict[Path, tuple[bytes, Read]] = {}
        self._tried: dict[Path, bytes] = {}

    def load(self) -> None:
        """The first look; everything has to be right.

        Raises:
            ConfigError: every problem of every file.
        """
        missing = [
            f"{p}: No such file or directory" for p in self._paths if not p.exists()
        ]
        look = self._watch.look()
        problems = [*missing, *(x for e in look.broken.values() for x in e.problems)]
        for path, digest in look.files.items():
            try:
                self._take(path, digest)
            except ConfigError as error:
                problems.extend(error.problems)
        names = [name for name, _ in self._named()]
        problems += [
            f"connector {name!r} is in two of the files; names must differ"
            for name in sorted({name for name in names if names.count(name) > 1})
        ]
        if problems:
            raise ConfigError(*problems)
        self._arrange()

    def only_sources(self, otherwise: str) -> list[Connector]:
        """Load; the sources, for a verb that runs nothing without any.

        Args:
            otherwise: said where there is none.

        Raises:
            ConfigError: as `load`, or there is none.
        """
        self.load()
        if not self.sources:
            raise ConfigError(otherwise)
        return [connector for connector, _ in self.sources.values()]

    def reload(self) -> bool:
        """Look again; a file that cannot be used keeps its former content.

        Returns:
            Whether anything has changed.
        """
        look = self._watch.look()
        changed = self._forget(look)
        for path, error in look.broken.items():
            self._refuse(path, error)
        for path, digest in look.files.items():
            if self._tried.get(path) == digest:
                continue
            changed = True
            try:
                self._take(path, digest)
            except ConfigError as error:
                self._refuse(path, error)
            else:
                log.info("%s: loaded", path)
                self.problems.pop(path, None)
        if changed:
            self._arrange()
        return changed

    def _take(self, path: Path, digest: bytes) -> None:
        self._tried[path] = digest
        if is_sink(path):
            self._read[path] = digest, read_sink(path, SINKS)
        else:
            found = load_connector(path, SOURCES, self._catalog, self._rules)
            self._read[path] = digest, found

    def _forget(self, look: Look) -> bool:
        """Files that have gone; their connectors stop."""
        there = look.files.keys() | look.broken.keys()
        gone = [path for path in self._tried if path not in there]
        for path in gone:
            log.info("%s: removed", path)
            self._tried.pop(path)
            self._read.pop(path, None)
            self.problems.pop(path, None)
        return bool(gone)

    def _refuse(self, path: Path, error: ConfigError) -> None:
        text = "; ".join(error.problems)
        if self.problems.get(path) != text:
            log.error("%s: not used: %s", path, text)
            self.problems[path] = text

    def _named(self) -> Iterator[tuple[str, Path]]:
        for path, (_, read) in self._read.items():
            if isinstance(read, Connector):
                yield read.name, path
            else:
                yield read.file.connector, path

    def _arrange(self) -> None:
        """Names to files; of two files with one name the first stays."""
        sources: dict[str, tuple[Connector, bytes]] = {}
        sinks: dict[str, tuple[SinkDocument, bytes]] = {}
        self.elsewhere.clear()
        for name, path in self._named():
            digest, read = self._read[path]
            if name in sources or name in sinks:
                twice = f"connector {name!r} is in another file too"
                self._refuse(path, ConfigError(twice))
            elif isinstance(read, Connector) and _way(read) == self._which:
                sources[name] = read, digest
            elif isinstance(read, SinkDocument) and self._which == READ:
                sinks[name] = read, digest
            else:
                self.elsewhere.append(name)
        self.sources, self.sinks = sources, sinks


def _way(connector: Connector) -> str:
    if connector.definition.agent is not None:
        return AGENTS
    return PUSHED if connector.is_pushed else READ
