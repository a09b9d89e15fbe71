"""What a technology declares about its source: one SPEC beside the code.

Validation, `opdbus connector lint` and the reference pages come from it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from bus.clock import Clock
from bus.config.tenant import Frozen
from bus.connect.finding import Finding
from bus.connect.push import Door
from bus.connect.returned import Returned
from bus.connect.source import Source
from bus.connect.survey import Surveyor

__all__ = ["Frozen", "Opening", "SourceSpec"]


@dataclass(frozen=True, slots=True)
class Opening:
    """What a source gets when it is opened.

    Attributes:
        connector: name of the connector.
        columns: columns the mapping reads, names as in the YAML; nothing else has
            to be fetched.
        clock: the time.
        dry: a trial: nothing outside may be changed, no file be moved.
        ref: those of the columns that the reference of a row is made of.
        committed: gives the position that is committed by now, None before the first;
            safe to ask from any thread. Without it nothing is ever committed: a trial.
        give_back: for files: takes one that was read and committed, and the folder
            into which a copy goes if rows of it were rejected. None where none shall.
    """

    connector: str
    columns: tuple[str, ...]
    clock: Clock
    dry: bool = False
    ref: tuple[str, ...] = ()
    committed: Callable[[], str | None] | None = None
    give_back: Callable[[Path, Path], None] | None = None


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """Declaration of one kind of source.

    Attributes:
        kind: value of `kind:` in the YAML.
        summary: one line for people.
        guarantee: what it delivers and what it cannot see.
        config: model of the `source:` block.
        open: makes a source from a validated block; opens no connection yet.
        object_name: name of what is read, for `sumber_ref` and `ce_source`; empty
            where only the connector's name can tell.
        columns: columns the block itself needs (cursor, key, scope).
        remembers_all: whether every row is remembered, as `Source.reading` says.
        surveys: whether an address (URL, file, folder) is one of this kind.
        survey: a look at an address for `opdbus connector new`; takes the connector's
            name too, for messages.
        examine: looks at everything that may hinder a run, for `opdbus connector
            check`; takes the block, the opening and the tenant's time zone.
        give_back: writes a copy of a file with the reasons beside its rejected rows;
            takes the block, the columns read, and what goes back.
        door: for apps that post: who may, and which rows a body holds; takes the
            block, the opening and the tenant's time zone. Such a kind is not polled.
        examples: name → a valid `source:` block.
    """

    kind: str
    summary: str
    guarantee: Literal["exactly-once", "at-least-once"]
    config: type[Frozen]
    open: Callable[[Any, Opening], Source]
    object_name: Callable[[Any], str] = field(default=lambda _: "")
    columns: Callable[[Any], tuple[str, ...]] = field(default=lambda _: ())
    remembers_all: Callable[[Any], bool] = field(default=lambda _: True)
    surveys: Callable[[str], bool] = field(default=lambda _: False)
    survey: Callable[[str, str], Surveyor] | None = None
    examine: Callable[[Any, Opening, str], Iterator[Finding]] | None = None
    give_back: Callable[[Any, tuple[str, ...], Returned], Path] | None = None
    door: Callable[[Any, Opening, str], Door] | None = None
    examples: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
