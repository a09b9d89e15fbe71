"""A connector file loaded: checked as a whole, compiled, not yet connected."""

from __future__ import annotations

from dataclasses import dataclass, replace
from glob import escape
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from bus.connect.files.definition import SourceDefinition
from bus.connect.files.document import expand, read_document
from bus.connect.files.problems import Problems
from bus.connect.mapping.check import MappingCheck
from bus.connect.mapping.compiler import compile_plan
from bus.connect.spec import Opening, SourceSpec
from bus.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from bus.clock import Clock
    from bus.connect.finding import Finding
    from bus.connect.mapping.compiled import Compiled
    from bus.connect.mapping.rule_book import RuleBook
    from bus.connect.push import Door
    from bus.connect.returned import Returned
    from bus.connect.source import Source
    from bus.contracts import Catalog

SNAPSHOT_DIFF = "snapshot-diff"
_DIFF_AT_EDGE = (
    "`edge` leaves readings out, mode snapshot-diff would take them for deleted; use "
    "another mode"
)


@dataclass(frozen=True, slots=True)
class Connector:
    """One source connector, ready to be opened.

    Attributes:
        definition: the file's content; `${…}` still unexpanded, so it holds no secret.
        compiled: the generated mapping.
        spec: its technology.
        objek: what is read, second part of `sumber_ref`.
        remembers_all: whether every row is remembered.
        path: the file.
    """

    definition: SourceDefinition
    compiled: Compiled
    spec: SourceSpec
    objek: str
    remembers_all: bool
    path: Path

    @property
    def name(self) -> str:
        return self.definition.connector

    @property
    def ref_prefix(self) -> str:
        """Start of every `sumber_ref`, `esakti|tb_santunan|`."""
        return f"{self.definition.app}|{self.objek}|"

    @property
    def fingerprint(self) -> bytes:
        """Hash of everything that decides what a row becomes."""
        said = self.definition.model_dump_json(include={"pemetaan", "tabel", "ref"})
        return blake2b(said.encode(), digest_size=16).digest()

    def open(
        self,
        clock: Clock,
        committed: Callable[[], str | None] | None = None,
        give_back: Callable[[Path, Path], None] | None = None,
    ) -> Source:
        """The source with the environment's urls and secrets put in.

        Args:
            clock: the time.
            committed: the position committed by now; without, this is a trial that
                leaves everything outside as it is.
            give_back: called with a file that was read and committed, and the folder
                for a copy of it.

        Raises:
            ConfigError: a variable is not set, or the block is not valid with it.
        """
        config, opening = self._prepared(clock, (), committed)
        return self.spec.open(config, replace(opening, give_back=give_back))

    @property
    def is_pushed(self) -> bool:
        """Whether its app posts to the bus instead of being read."""
        return self.spec.door is not None

    def door(self, clock: Clock, zone: str) -> Door:
        """The door of an app that posts.

        Args:
            clock: the time.
            zone: the tenant's time zone.

        Raises:
            ConfigError: this kind is read, not posted, or as `open`.
        """
        if self.spec.door is None:
            raise ConfigError(
                f"{self.path}: kind {self.spec.kind} is read, nobody posts to it: run "
                "it with `opdbus connect run`"
            )
        return self.spec.door(*self._prepared(clock), zone)

    def examine(self, clock: Clock, zone: str) -> Iterator[Finding]:
        """Everything about the source that may hinder a run, if it can be told.

        Args:
            clock: the time.
            zone: the tenant's time zone.

        Raises:
            ConfigError: as `open`. RetriableError: the system is not there.
        """
        config, opening = self._prepared(clock)
        if self.spec.examine is not None:
            yield from self.spec.examine(config, opening, zone)

    def open_with(
        self, clock: Clock, extra: tuple[str, ...], only: Path | None = None
    ) -> Source:
        """As `open`, with further columns in each row, and leaving everything as is.

        Args:
            clock: the time.
            extra: columns besides those of the mapping.
            only: of a folder of files, just this one.

        Raises:
            ConfigError: as `open`.
        """
        config, opening = self._prepared(clock, extra)
        if only is not None:
            here = {"folder": only.parent, "pattern": escape(only.name)}
            config = config.model_copy(update={**here, "settle_seconds": 0.0})
        return self.spec.open(config, opening)

    def source_block(self) -> dict[str, Any]:
        """The `source:` block with the environment's values put in; holds secrets."""
        found: dict[str, Any] = expand(self.definition.source, f"{self.path}: source")
        return found

    def give_back(self, returned: Returned) -> Path:
        """Write a copy of a file with the reasons beside its rejected rows.

        Raises:
            ConfigError: this technology reads no files, or as `open`.
        """
        if self.spec.give_back is None:
            raise ConfigError(
                f"{self.name}: kind {self.spec.kind} reads no files that could go "
                "back; its rejected rows are in `opdbus dlq list`"
            )
        block = expand(self.definition.source, f"{self.path}: source")
        config = _validated(self.spec, block, self.path)
        return self.spec.give_back(config, self.compiled.columns, returned)

    def _prepared(
        self,
        clock: Clock,
        extra: tuple[str, ...] = (),
        committed: Callable[[], str | None] | None = None,
    ) -> tuple[Any, Opening]:
        block = expand(self.definition.source, f"{self.path}: source")
        config = _validated(self.spec, block, self.path)
        columns = tuple(dict.fromkeys((*self.compiled.columns, *extra)))
        parts = self.definition.ref
        ref = tuple(x if isinstance(x, str) else x.kolom for x in parts)
        opening = Opening(self.name, columns, clock, bool(extra), ref, committed)
        return config, opening


def load_connector(
    path: Path, specs: Mapping[str, SourceSpec], catalog: Catalog, rules: RuleBook
) -> Connector:
    """Read, check and compile a connector file. Needs no database and no broker.

    Args:
        path: the YAML file.
        specs: kinds of sources by name.
        catalog: contracts.
        rules: rules mappings may name.

    Raises:
        ConfigError: every problem found, `file:line: what`.
    """
    document = read_document(path)
    problems = Problems(document)
    definition = problems.block(document.data, (), SourceDefinition)
    spec, config = _source(document.data.get("source"), specs, problems)
    columns = spec.columns(config) if spec is not None and config is not None else ()
    plan = None
    if definition is not None:
        edge = definition.edge.columns() if definition.edge else ()
        check = MappingCheck(definition, catalog, rules)
        plan = check.plan((*columns, *edge))
        for place, text in check.problems:
            problems.add(place, text)
        if edge and getattr(config, "mode", "") == SNAPSHOT_DIFF:
            problems.add(("edge",), _DIFF_AT_EDGE)
    definition, spec = problems.refused_or(definition), problems.refused_or(spec)
    config = problems.refused_or(config)
    return Connector(
        definition=definition,
        compiled=compile_plan(problems.refused_or(plan), rules),
        spec=spec,
        objek=definition.objek or spec.object_name(config) or definition.connector,
        remembers_all=spec.remembers_all(config) and definition.edge is None,
        path=path,
    )


def _source(
    block: Any, specs: Mapping[str, SourceSpec], problems: Problems
) -> tuple[SourceSpec | None, Any]:
    """Its technology, and the `source:` block as far as it can be understood."""
    spec = problems.kind(specs)
    if spec is None or not isinstance(block, dict):
        return spec, None
    return spec, problems.block(block, ("source",), spec.config)


def _validated(spec: SourceSpec, block: Mapping[str, Any], path: Path) -> Any:
    try:
        return spec.config.model_validate(block)
    except ValidationError as error:
        lines = [
            f"{path}: source.{'.'.join(map(str, item['loc']))}: {item['msg']}"
            for item in error.errors(include_input=False, include_url=False)
        ]
        raise ConfigError(*lines) from None
